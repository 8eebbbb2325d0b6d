import { type OnReadOpts } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { createIncomingBytes, type IncomingBytes } from './incoming-bytes.ts';

export type SocketOptions = {
  readonly tls: ConnectionOptions;
  /** How long the other side may be silent while we wait, milliseconds. */
  readonly timeoutMs: number;
  /** Hangs up at once, at whatever moment. */
  readonly signal: AbortSignal;
};

/** A connection over TLS, read as its bytes come. */
export type LdapSocket = Pick<IncomingBytes, 'held' | 'drop'> & {
  readonly write: (bytes: Buffer) => void;
  /**
   * Waits until there are more bytes than at the last `held`.
   * @throws the error of TLS or the network with its code, LdapTimeout or LdapHungUp
   */
  readonly receive: () => Promise<void>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
};

// Beyond it the other side waits for us.
const heldBytesMax = 256 * 1_024;

/**
 * Connects over TLS. A directory sends each entry in a TLS record of its own, a quarter of a million in a listing: they are copied to one place
 * as they come and read together, since a turn of a stream for each costs more than all the rest.
 */
export async function openSocket({ tls, timeoutMs, signal }: SocketOptions): Promise<LdapSocket> {
  signal.throwIfAborted();
  const incoming = createIncomingBytes();
  let isMore = false;
  let isPaused = false;
  let isWaking = false;
  let waiting: PromiseWithResolvers<void> | null = null;

  const wake = () => {
    isWaking = false;
    waiting?.resolve();
  };
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    ...tls,
    onread: {
      buffer: Buffer.allocUnsafeSlow(64 * 1_024),
      callback(bytes, buffer) {
        incoming.append(buffer, bytes);
        isMore = true;
        // After all records of this turn.
        if (waiting !== null && !isWaking) {
          isWaking = true;
          setImmediate(wake);
        }
        isPaused = incoming.held().length > heldBytesMax;
        return !isPaused;
      },
    },
  };
  const socket = connect(options);
  const hangUp = () => void socket.destroy(new LdapHungUp());
  signal.addEventListener('abort', hangUp, { once: true });
  // Every failure is met by who waits for the next bytes; one that nobody waits for concerns nobody.
  socket.on('error', () => undefined);
  socket.on('timeout', () => socket.destroy(new LdapTimeout(timeoutMs)));
  socket.on('end', () => waiting?.reject(new LdapHungUp()));
  socket.on('close', () => {
    signal.removeEventListener('abort', hangUp);
    waiting?.reject(socket.errored ?? new LdapHungUp());
  });

  // Silence counts only while we wait: between two portions it is ours.
  async function wait(): Promise<void> {
    if (socket.destroyed || socket.readableEnded) throw socket.errored ?? new LdapHungUp();
    waiting = Promise.withResolvers();
    socket.setTimeout(timeoutMs);
    if (isPaused) socket.resume();
    try {
      await waiting.promise;
    } finally {
      waiting = null;
      socket.setTimeout(0);
    }
  }

  socket.once('secureConnect', wake);
  await wait();
  return {
    held() {
      isMore = false;
      return incoming.held();
    },
    drop: incoming.drop,
    write: (bytes) => void socket.write(bytes),
    receive: async () => (isMore ? undefined : wait()),
    isOpen: () => !socket.destroyed,
    close: () => socket.destroySoon(),
  };
}

/** The directory did not answer in time. */
export class LdapTimeout extends Error {
  override readonly name = 'LdapTimeout';
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** The directory ended the connection before it had answered. */
export class LdapHungUp extends Error {
  override readonly name = 'LdapHungUp';
  readonly code = 'ECONNRESET';
  constructor() {
    super('the connection was closed before the answer was complete');
  }
}
