import { z } from 'zod';
import { commaList, filePath, port } from './fields.ts';
import { type ListenAddress } from './listen.ts';
import { type ListenerTls, toListenerTls } from './listener-tls.ts';

/** The environment of a service's admin listener. */
export function adminEnvironment(defaultPort: number) {
  return {
    ADMIN_HOST: z
      .string()
      .default('127.0.0.1')
      .describe(
        'Address of the listener for /healthz, /readyz and /metrics; other than loopback only with TLS',
      ),
    ADMIN_PORT: port.default(defaultPort).describe('Port of that listener; 0 takes any free one'),
    ADMIN_TLS_CERT_FILE: filePath
      .optional()
      .describe(
        'Certificate chain of that listener, PEM; with the key and CA it speaks TLS, and shows /metrics to client certificates of that CA alone',
      ),
    ADMIN_TLS_KEY_FILE: filePath.optional().describe('Private key of that listener, PEM'),
    ADMIN_TLS_CA_FILE: filePath.optional().describe('CA of the client certificates that may scrape, PEM'),
    ADMIN_TLS_CALLER_NAMES: commaList
      .optional()
      .describe(
        'Names (CN or dNSName) of the client certificates that /metrics is shown to; without it any of that CA',
      ),
  };
}

/** `tls` is null where the listener is plain. */
export type AdminListenerConfig = ListenAddress & { readonly tls: ListenerTls | null };

/** Nests the variables inside a config's `transform`; off loopback without TLS is a fault of the environment. */
export function toAdminListener(
  env: z.output<z.ZodObject<ReturnType<typeof adminEnvironment>>>,
  ctx: z.RefinementCtx,
): AdminListenerConfig {
  const given = {
    host: env.ADMIN_HOST,
    certFile: env.ADMIN_TLS_CERT_FILE,
    keyFile: env.ADMIN_TLS_KEY_FILE,
    caFile: env.ADMIN_TLS_CA_FILE,
    callerNames: env.ADMIN_TLS_CALLER_NAMES,
  };
  return { host: env.ADMIN_HOST, port: env.ADMIN_PORT, tls: toListenerTls('ADMIN', given, ctx) };
}
