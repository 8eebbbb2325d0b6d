import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';
import { commaList, filePath, grace, port } from './fields.ts';
import { isLoopback } from './is-loopback.ts';
import { listen, type ListenAddress } from './listen.ts';
import { type ListenerTls, toListenerTls } from './listener-tls.ts';
import { onlyCallersNamed } from './only-callers-named.ts';
import { type Service } from './service.ts';
import { createTlsServer } from './tls-server.ts';

/** The environment of a service's one internal listener. */
export function listenerEnvironment(defaultPort: number) {
  return {
    LISTEN_HOST: z
      .string()
      .default('127.0.0.1')
      .describe('Address of the internal listener; other than loopback only with TLS'),
    LISTEN_PORT: port.default(defaultPort).describe('Port of the internal listener; 0 takes any free one'),
    LISTEN_DRAIN_GRACE_MS: grace
      .optional()
      .describe(
        'After SIGTERM, how long everything is still served, each answer the last on its connection, before nothing new is accepted; longer than a balancer takes to notice, shorter than STOP_GRACE_SECONDS. 5000 where it is not set; on loopback, where no balancer is, 0',
      ),
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
  readonly drainGraceMs: number;
  readonly tls: ListenerTls | null;
};

const balancedGraceMs = 5_000;
/**
 * Told to callers in `Keep-Alive`, and less than the grace: a connection that has been idle for longer is not asked on again, so that
 * a stop, which ends none that was idle for less than its grace, ends none under a request.
 */
const keptMs = 4_000;

/** Nests the listener's variables inside a config's `transform`; off loopback without TLS is a fault of the environment. */
export function toListener(env: ListenerEnvironment, ctx: z.RefinementCtx): InternalListenerConfig {
  const given = {
    host: env.LISTEN_HOST,
    certFile: env.LISTEN_TLS_CERT_FILE,
    keyFile: env.LISTEN_TLS_KEY_FILE,
    caFile: env.LISTEN_TLS_CA_FILE,
    callerNames: env.LISTEN_TLS_CALLER_NAMES,
  };
  return {
    host: env.LISTEN_HOST,
    port: env.LISTEN_PORT,
    drainGraceMs: env.LISTEN_DRAIN_GRACE_MS ?? (isLoopback(env.LISTEN_HOST) ? 0 : balancedGraceMs),
    tls: toListenerTls('LISTEN', given, ctx),
  };
}

/** Opens a listener for our own processes: plain on loopback, else TLS 1.2+ that demands a client certificate. */
export async function startInternalListener(
  config: InternalListenerConfig,
  handler: RequestListener,
  service: Pick<Service, 'log' | 'resources'>,
): Promise<ListenAddress> {
  // Only callers should close an idle connection, or a request may meet a closing socket.
  const kept = { keepAliveTimeout: keptMs, keepAliveTimeoutBuffer: 600_000 };
  const server =
    config.tls === null
      ? createServer(kept, handler)
      : createTlsServer(
          { what: 'certificates of the internal listener', ...config.tls },
          { ...kept, requestCert: true, rejectUnauthorized: true },
          config.tls.callerNames === undefined ? handler : onlyCallersNamed(config.tls.callerNames, handler),
          service,
        );
  return listen(server, config, service.resources, config.drainGraceMs);
}
