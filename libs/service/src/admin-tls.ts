import { type RequestListener } from 'node:http';
import { type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { type z } from 'zod';
import { filePath } from './fields.ts';
import { ConfigError } from './load-config.ts';
import { type LinkFiles } from './keep-link-files.ts';
import { type Service } from './service.ts';
import { createTlsServer } from './tls-server.ts';

/** The environment of an admin listener's TLS. */
export const adminTlsEnvironment = {
  ADMIN_TLS_CERT_FILE: filePath
    .optional()
    .describe(
      'Certificate chain of that listener, PEM; with the key and CA it speaks TLS, and shows /metrics to client certificates of that CA alone',
    ),
  ADMIN_TLS_KEY_FILE: filePath.optional().describe('Private key of that listener, PEM'),
  ADMIN_TLS_CA_FILE: filePath.optional().describe('CA of the client certificates that may scrape, PEM'),
};

export type AdminTls = { readonly [File in keyof LinkFiles]: string };

/** Null where the listener is plain. @throws ConfigError where only some of the three files are named */
export function toAdminTls(env: z.output<z.ZodObject<typeof adminTlsEnvironment>>): AdminTls | null {
  const { ADMIN_TLS_CERT_FILE: certFile, ADMIN_TLS_KEY_FILE: keyFile, ADMIN_TLS_CA_FILE: caFile } = env;
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined)
    return { certFile, keyFile, caFile };
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return null;
  throw new ConfigError('ADMIN_TLS_CERT_FILE: certificate, key and CA belong together');
}

/**
 * A server of TLS 1.2 or later that asks for a client certificate and goes on without: those who ask whether a process lives
 * or is ready have none, and get no figures.
 */
export function createAdminTlsServer(
  files: AdminTls,
  handler: RequestListener,
  service: Pick<Service, 'log' | 'resources'>,
): Server {
  return createTlsServer(
    { what: 'certificates of the admin listener', ...files },
    { requestCert: true, rejectUnauthorized: false },
    handler,
    service,
  );
}

/** Tells whether who asks may see figures: over plain TCP everybody, over TLS those whose certificate is of the CA. */
export function maySeeFigures(socket: unknown): boolean {
  return !(socket instanceof TLSSocket) || socket.authorized;
}
