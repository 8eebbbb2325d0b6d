import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { keepLinkFiles, type LinkTls } from '@ssp/service';
import { type z } from 'zod';
import { AskConnection } from './ask-connection.ts';

export type CallSettings = {
  readonly url: string;
  /** For the whole call; it rejects after it. */
  readonly timeoutMs: number;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
};

/**
 * Opens the way to one path of one of our services, for as many calls at a time as there are connections. A call rejects when
 * the service is away, slow, or answers something else than its contract, and when every connection is busy.
 */
export function openCalls<Answer extends z.ZodType>(
  contract: { readonly path: string; readonly answer: Answer },
  settings: CallSettings,
  connectionsMax: number,
  resources: AsyncDisposableStack,
): (body: object) => Promise<z.output<Answer>> {
  const url = new URL(settings.url);
  const open = socketTo(url, settings.tls);
  const head = { path: contract.path, host: url.host };
  const connections = Array.from(
    { length: connectionsMax },
    () => new AskConnection(open, head, settings.timeoutMs),
  );
  resources.defer(() => connections.forEach((connection) => connection.close()));
  return async (body) => {
    const free = connections.find(({ isBusy }) => !isBusy);
    if (free === undefined) throw new Error('every connection is busy');
    return contract.answer.parse(JSON.parse(await free.post(JSON.stringify(body))));
  };
}

/** How a connection is made, with the files as they are then; a broken one fails the start. */
function socketTo(
  { protocol, hostname, port }: URL,
  { caFile, certFile, keyFile }: CallSettings['tls'],
): () => Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return () => connect({ host, port: Number(port || 80), keepAlive: true });
  const files = { caFile: caFile ?? null, certFile: certFile ?? null, keyFile: keyFile ?? null };
  const contextNow = keepContext(keepLinkFiles(files));
  const servername = isIP(host) === 0 ? host : '';
  return () => connectTls({ host, port: Number(port || 443), servername, secureContext: contextNow() });
}

/** Made anew only with new files: it costs more than all else about a connection. */
function keepContext(current: () => LinkTls): () => SecureContext {
  let tls = current();
  let context = createSecureContext(tls);
  return () => {
    const now = current();
    if (now !== tls) {
      context = createSecureContext(now);
      tls = now;
    }
    return context;
  };
}
