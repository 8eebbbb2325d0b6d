import { readFileSync } from 'node:fs';
import { answerBatch, batchSizeMax } from '@ssp/contracts';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { type z } from 'zod';
import { AskConnection } from './ask-connection.ts';
import { coalesce } from './coalesce.ts';

export type AskClientSettings = {
  readonly url: string;
  /** For the whole call; the ask rejects after it. */
  readonly timeoutMs: number;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
};

/** What is asked where, and what is answered; the contract of one internal call. */
export type AskContract<Ask extends z.ZodType, Answer extends z.ZodType> = {
  readonly path: string;
  readonly ask: Ask;
  readonly answer: Answer;
};

/** Two calls out at a time keep the other end busy while answers are read, and still let asks gather. */
const callsInFlightMax = 2;

/**
 * Opens the way to a service that answers batches of asks. An ask rejects when the service is away, slow, or answers
 * something else than its contract; what that means for the exchange is the caller's to say.
 */
export function openAskClient<Ask extends z.ZodType, Answer extends z.ZodType>(
  contract: AskContract<Ask, Answer>,
  settings: AskClientSettings,
  resources: AsyncDisposableStack,
): (ask: z.output<Ask>) => Promise<z.output<Answer>> {
  const url = new URL(settings.url);
  const open = socketTo(url, settings.tls);
  const head = { path: contract.path, host: url.host };
  const connections = Array.from(
    { length: callsInFlightMax },
    () => new AskConnection(open, head, settings.timeoutMs),
  );
  resources.defer(() => connections.forEach((connection) => connection.close()));
  const batch = answerBatch(contract.answer);
  const call = async (asks: readonly z.output<Ask>[]) => {
    const free = connections.find(({ isBusy }) => !isBusy);
    if (free === undefined) throw new Error('every connection is busy');
    return batch.parse(JSON.parse(await free.post(JSON.stringify({ asks })))).answers;
  };
  return coalesce<z.output<Ask>, z.output<Answer>>(call, { batchMax: batchSizeMax, callsInFlightMax });
}

/** How a connection is made; the files are read once, and a broken one fails the start. */
function socketTo(
  { protocol, hostname, port }: URL,
  { caFile, certFile, keyFile }: AskClientSettings['tls'],
): () => Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return () => connect({ host, port: Number(port || 80), keepAlive: true });
  const secureContext = createSecureContext({
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile) }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
    minVersion: 'TLSv1.2',
  });
  const servername = isIP(host) === 0 ? host : '';
  return () => connectTls({ host, port: Number(port || 443), servername, secureContext });
}
