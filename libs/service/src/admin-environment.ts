import { z } from 'zod';
import { type AdminTls } from './admin-tls.ts';
import { commaList, filePath, port } from './fields.ts';
import { isLoopback } from './is-loopback.ts';
import { type ListenAddress } from './listen.ts';
import { ConfigError } from './load-config.ts';

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
export type AdminListenerConfig = ListenAddress & { readonly tls: AdminTls | null };

/** @throws ConfigError where only some of the three files are named, or none and the address is beyond loopback */
export function toAdminListener(
  env: z.output<z.ZodObject<ReturnType<typeof adminEnvironment>>>,
): AdminListenerConfig {
  const { ADMIN_TLS_CERT_FILE: certFile, ADMIN_TLS_KEY_FILE: keyFile, ADMIN_TLS_CA_FILE: caFile } = env;
  const address = { host: env.ADMIN_HOST, port: env.ADMIN_PORT };
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined)
    return { ...address, tls: { certFile, keyFile, caFile, callerNames: env.ADMIN_TLS_CALLER_NAMES } };
  if (certFile !== undefined || keyFile !== undefined || caFile !== undefined)
    throw new ConfigError('ADMIN_TLS_CERT_FILE: certificate, key and CA belong together');
  const files = 'ADMIN_TLS_CERT_FILE, ADMIN_TLS_KEY_FILE and ADMIN_TLS_CA_FILE';
  if (env.ADMIN_TLS_CALLER_NAMES !== undefined)
    throw new ConfigError(`ADMIN_TLS_CALLER_NAMES: callers have names only with ${files}`);
  if (!isLoopback(address.host))
    throw new ConfigError(`ADMIN_HOST: beyond loopback the listener needs ${files}`);
  return { ...address, tls: null };
}
