import { X509Certificate } from 'node:crypto';
import {
  checkServerIdentity,
  connect,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { ProviderFault } from './provider-fault.ts';

/** Where to dial, and who must answer. */
export type Destination = {
  /** The name that is sent as SNI and that the certificate must bear. */
  readonly host: string;
  /** The server name that the directory registers; the certificate must bear it too (spec 17.21). Null asks for nothing. */
  readonly fqdn: string | null;
  readonly address: { readonly host: string; readonly port: number };
};

/** How dialling ends: exactly one of the two is called, unless it is broken off before. */
export type Dialled = {
  readonly opened: (socket: TLSSocket) => void;
  readonly refused: (fault: ProviderFault) => void;
};

/** A connection that is being made. */
export type Dialling = { destroy(): void };

/** The last session with a destination, for a shorter handshake. */
export type KeptSession = { ticket: Buffer | null; verifiedAtMs: number; generation: number };

/** What is read and written ahead of who takes it; one more read may come on top. Node's types do not know the option. */
const readAhead = { highWaterMark: 16 * 1_024 } as const;

/** A resumed handshake verifies no certificate, so a session lives no longer than this. */
const sessionAgeMaxMs = 3_600_000;

/** Opens one verified TLS connection: chain, host name, and the directory's server name. */
export function dial(
  { host, fqdn, address }: Destination,
  certificates: { readonly context: SecureContext; readonly generation: number },
  session: KeptSession,
  dialled: Dialled,
): Dialling {
  const nowMs = performance.now();
  const resumable =
    session.ticket !== null &&
    session.generation === certificates.generation &&
    nowMs - session.verifiedAtMs < sessionAgeMaxMs;
  const socket = connect({
    host: address.host,
    port: address.port,
    servername: host,
    secureContext: certificates.context,
    rejectUnauthorized: true,
    ...readAhead,
    checkServerIdentity: (name, certificate) => identityFault(name, fqdn, certificate),
    ...(resumable && session.ticket !== null && { session: session.ticket }),
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);

  let ticket: Buffer | null = null;
  let verified = false;
  const keep = () => {
    if (!verified || ticket === null) return;
    if (!socket.isSessionReused()) session.verifiedAtMs = nowMs;
    session.ticket = ticket;
    session.generation = certificates.generation;
  };
  socket.on('session', (latest: Buffer) => {
    ticket = latest;
    keep();
  });
  const failed = (error: Error) => {
    settle();
    session.ticket = null;
    socket.destroy();
    dialled.refused(new ProviderFault('lost', codeOf(error), { cause: error }));
  };
  const ended = () => failed(new Error('closed within the handshake'));
  const spoke = () => failed(new Error('bytes before the first request'));
  const settle = () => {
    socket.off('error', failed);
    socket.off('close', ended);
    socket.off('data', spoke);
    // Until its next owner listens, and after it was broken off.
    socket.on('error', () => undefined);
  };
  socket.on('error', failed);
  socket.on('close', ended);
  socket.once('secureConnect', () => {
    verified = true;
    keep();
    socket.on('data', spoke);
    // What was sent together with the handshake is seen before this; a provider that speaks first is not to be believed.
    setImmediate(() => {
      if (socket.destroyed) return;
      settle();
      dialled.opened(socket);
    });
  });
  return {
    destroy: () => {
      settle();
      socket.destroy();
    },
  };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** What speaks against a certificate whose chain holds; undefined where nothing does. */
function identityFault(host: string, fqdn: string | null, certificate: PeerCertificate): Error | undefined {
  const fault = checkServerIdentity(host, certificate);
  if (fault !== undefined || fqdn === null || fqdn.toLowerCase() === host.toLowerCase()) return fault;
  // As consumers' names are compared: the CN or a DNS name, letter for letter.
  const named = new X509Certificate(certificate.raw).checkHost(fqdn, { subject: 'always', wildcards: false });
  return named === undefined
    ? Object.assign(new Error('the certificate does not name the registered server'), {
        code: 'FQDN_MISMATCH',
      })
    : undefined;
}
