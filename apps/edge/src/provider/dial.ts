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

/** Who gets what comes over a socket. The bytes lie where the next read puts its own: who keeps them copies them. */
export type Incoming = { read: (bytes: Buffer) => void };

/** How dialling ends: exactly one of the two is called, unless it is broken off before. */
export type Dialled = {
  readonly opened: (socket: TLSSocket, incoming: Incoming) => void;
  readonly refused: (fault: ProviderFault) => void;
};

/** A connection that is being made. */
export type Dialling = { destroy(): void };

/** The last session with a destination, for a shorter handshake. */
export type KeptSession = { ticket: Buffer | null; verifiedAtMs: number; generation: number };

/**
 * Every read of every connection lands here, as large as a TLS record: reads are dealt with one after another. Memory of its own for each
 * read would lie about until the next garbage collection.
 */
const landing = Buffer.allocUnsafeSlow(16 * 1_024);

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
  const incoming: Incoming = { read: () => failed(new Error('bytes before the first request')) };
  const socket = connect({
    host: address.host,
    port: address.port,
    servername: host,
    secureContext: certificates.context,
    rejectUnauthorized: true,
    ...streamOptions(incoming),
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
  const settle = () => {
    socket.off('error', failed);
    socket.off('close', ended);
    // Until its next owner listens, and after it was broken off.
    socket.on('error', () => undefined);
  };
  socket.on('error', failed);
  socket.on('close', ended);
  socket.once('secureConnect', () => {
    verified = true;
    keep();
    // What was sent together with the handshake is seen before this; a provider that speaks first is not to be believed.
    setImmediate(() => {
      if (socket.destroyed) return;
      settle();
      dialled.opened(socket, incoming);
    });
  });
  return {
    destroy: () => {
      settle();
      socket.destroy();
    },
  };
}

/** Node's types know neither option. What is written ahead of who takes it is marked low. */
function streamOptions(incoming: Incoming) {
  return {
    highWaterMark: 16 * 1_024,
    onread: {
      buffer: landing,
      callback: (bytes: number) => {
        incoming.read(landing.subarray(0, bytes));
        return true;
      },
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
