import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { z } from 'zod';
import { commaList, filePath, port } from './fields.ts';
import { onlyCallersNamed } from './only-callers-named.ts';
import { listen, type ListenAddress } from './listen.ts';

/** The environment of a service's one internal listener. */
export function listenerEnvironment(defaultPort: number) {
  return {
    LISTEN_HOST: z
      .string()
      .default('127.0.0.1')
      .describe('Address of the internal listener; other than loopback only with TLS'),
    LISTEN_PORT: port.default(defaultPort).describe('Port of the internal listener; 0 takes any free one'),
    LISTEN_TLS_CERT_FILE: filePath
      .optional()
      .describe(
        'Certificate chain of the internal listener, PEM; with the key and CA it turns on mutual TLS',
      ),
    LISTEN_TLS_KEY_FILE: filePath.optional().describe('Private key of the internal listener, PEM'),
    LISTEN_TLS_CA_FILE: filePath
      .optional()
      .describe('CA whose client certificates the internal listener accepts, PEM'),
    LISTEN_TLS_CALLER_NAMES: commaList
      .optional()
      .describe(
        'Names (CN or dNSName) of the client certificates that are served; without it any of that CA. Needed where that CA also issues to strangers',
      ),
  };
}

export type ListenerEnvironment = z.output<z.ZodObject<ReturnType<typeof listenerEnvironment>>>;

export type InternalListenerConfig = ListenAddress & {
  readonly tls: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly caFile: string;
    /** One of these names a caller's certificate must bear; undefined where any of the CA will do. */
    readonly callerNames?: readonly string[] | undefined;
  } | null;
};

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Nests the listener's variables inside a config's `transform`; off loopback without TLS is a fault of the environment. */
export function toListener(env: ListenerEnvironment, ctx: z.RefinementCtx): InternalListenerConfig {
  const { LISTEN_TLS_CERT_FILE: certFile, LISTEN_TLS_KEY_FILE: keyFile, LISTEN_TLS_CA_FILE: caFile } = env;
  const address = { host: env.LISTEN_HOST, port: env.LISTEN_PORT };
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined) {
    return { ...address, tls: { certFile, keyFile, caFile, callerNames: env.LISTEN_TLS_CALLER_NAMES } };
  }
  if (env.LISTEN_TLS_CALLER_NAMES !== undefined) {
    ctx.addIssue({
      code: 'custom',
      path: ['LISTEN_TLS_CALLER_NAMES'],
      message:
        'callers have names only with LISTEN_TLS_CERT_FILE, LISTEN_TLS_KEY_FILE and LISTEN_TLS_CA_FILE',
    });
  }
  if (certFile !== undefined || keyFile !== undefined || caFile !== undefined) {
    ctx.addIssue({
      code: 'custom',
      path: ['LISTEN_TLS_CERT_FILE'],
      message: 'certificate, key and CA belong together',
    });
  } else if (!loopback.test(env.LISTEN_HOST)) {
    ctx.addIssue({
      code: 'custom',
      path: ['LISTEN_HOST'],
      message:
        'beyond loopback the listener needs LISTEN_TLS_CERT_FILE, LISTEN_TLS_KEY_FILE and LISTEN_TLS_CA_FILE',
    });
  }
  return { ...address, tls: null };
}

/** Opens a listener for our own processes: plain on loopback, else TLS 1.2+ that demands a client certificate. */
export async function startInternalListener(
  config: InternalListenerConfig,
  handler: RequestListener,
  resources: AsyncDisposableStack,
): Promise<ListenAddress> {
  // Callers keep connections open; only they should close an idle one, or a request may meet a closing socket.
  const server =
    config.tls === null
      ? createServer({ keepAliveTimeout: 600_000 }, handler)
      : createTlsServer(
          {
            keepAliveTimeout: 600_000,
            cert: readFileSync(config.tls.certFile),
            key: readFileSync(config.tls.keyFile),
            ca: readFileSync(config.tls.caFile),
            requestCert: true,
            rejectUnauthorized: true,
            minVersion: 'TLSv1.2',
          },
          config.tls.callerNames === undefined ? handler : onlyCallersNamed(config.tls.callerNames, handler),
        );
  return listen(server, config, resources);
}
