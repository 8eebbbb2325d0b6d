import { type RequestListener } from 'node:http';
import { type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { type ListenerTls } from './listener-tls.ts';
import { bearsOneOf } from './only-callers-named.ts';
import { type Service } from './service.ts';
import { createTlsServer } from './tls-server.ts';

/**
 * A server of TLS 1.2 or later that asks for a client certificate and goes on without: those who ask whether a process lives
 * or is ready have none, and get no figures.
 */
export function createAdminTlsServer(
  { certFile, keyFile, caFile }: ListenerTls,
  handler: RequestListener,
  service: Pick<Service, 'log' | 'resources'>,
): Server {
  return createTlsServer(
    { what: 'certificates of the admin listener', certFile, keyFile, caFile },
    { requestCert: true, rejectUnauthorized: false },
    handler,
    service,
  );
}

/** Tells whether who asks may see figures: over plain TCP everybody, over TLS those whose certificate is of the CA and bears a name that may. */
export function maySeeFigures(socket: unknown, tls: ListenerTls | null): boolean {
  if (tls === null) return true;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return false;
  return tls.callerNames === undefined || bearsOneOf(tls.callerNames, socket);
}
