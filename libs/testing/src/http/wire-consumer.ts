import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { readWire, type WireReading } from './strict-http.ts';

/** What came back on a connection. */
export interface WireAnswer extends WireReading {
  readonly bytes: Buffer;
  /** How the connection ended: cleanly, by a reset, or not until we closed it ourselves. */
  readonly ending: 'closed' | 'reset' | 'open';
}

/** How bytes are sent to the proxy. */
export interface WireSending {
  readonly port: number;
  readonly context: SecureContext;
  /** Sent one after the other, each once the one before it is out. */
  readonly pieces: readonly (Buffer | string)[];
  /** Closed by us after this long without a byte from the proxy. */
  readonly quietMs: number;
  /** Called whenever bytes have come; returns true when no more need be waited for. */
  readonly isEnough?: (reading: WireReading) => boolean;
}

/** Sends bytes over a connection of its own, whatever they are, and reads strictly what comes back. */
export function sendOverWire(sending: WireSending): Promise<WireAnswer> {
  const { port, context, pieces, quietMs, isEnough } = sending;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let ending: WireAnswer['ending'] = 'closed';
    const socket: TLSSocket = connect({
      host: '127.0.0.1',
      port,
      secureContext: context,
      // The bytes are what is looked at here, not whose they are.
      rejectUnauthorized: false,
    });
    socket.setNoDelay(true);
    const quiet = setTimeout(() => {
      ending = 'open';
      socket.destroy();
    }, quietMs);
    socket.on('error', () => {
      ending = 'reset';
    });
    socket.on('data', (chunk: Buffer) => {
      quiet.refresh();
      chunks.push(chunk);
      if (isEnough?.(readWire(Buffer.concat(chunks), 'response')) === true) {
        ending = 'open';
        socket.destroy();
      }
    });
    socket.once('close', () => {
      clearTimeout(quiet);
      const bytes = Buffer.concat(chunks);
      resolve({ bytes, ending, ...readWire(bytes, 'response', ending === 'closed') });
    });
    socket.once('secureConnect', () => {
      let written = Promise.resolve();
      for (const piece of pieces) {
        written = written.then(
          () => new Promise((done) => void socket.write(bytesOf(piece), () => setImmediate(done))),
        );
      }
    });
  });
}

function bytesOf(piece: Buffer | string): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
}
