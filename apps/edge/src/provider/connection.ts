import { type TLSSocket } from 'node:tls';
import { type AnswerLimits, AnswerReader, type AnswerSink } from './answer-reader.ts';
import { BadAnswer } from './bad-answer.ts';
import { type Incoming } from './dial.ts';
import { ProviderFault } from './provider-fault.ts';
import { resetAndDestroy } from './reset-and-destroy.ts';

/** The exchange that a connection serves. */
export type ConnectionUser = AnswerSink & {
  /** The answer is whole; the connection is no longer this exchange's. */
  end(trailers: readonly string[]): void;
  /** No answer, or no more of it, will come; called at most once, and not after `end`. */
  fail(fault: ProviderFault): void;
  /** What was written has left; more may be. */
  drained(): void;
};

/** Keeps connections between exchanges. */
export type ConnectionOwner = {
  released(connection: Connection): void;
  closed(connection: Connection): void;
};

/** One TLS connection to a provider, which serves one exchange at a time. */
export class Connection {
  /** Exchanges it has begun. */
  begun = 0;
  /** On the monotonic clock; beyond it an unused connection is closed. */
  idleUntilMs = Number.POSITIVE_INFINITY;
  /** How long the provider said it keeps an idle connection; null where it did not say. */
  keepAliveMs: number | null = null;
  /** Which certificates it was made with. */
  readonly generation: number;
  /** Address and port of the provider; null where it hung up before they were read. */
  readonly address: string | null;
  readonly #socket: TLSSocket;
  readonly #owner: ConnectionOwner;
  readonly #reader: AnswerReader;
  #user: ConnectionUser | null = null;
  #requestEnded = false;
  #heard = false;
  #closed = false;
  #paused = false;

  /** Takes over a socket whose handshake is done and verified. */
  constructor(
    socket: TLSSocket,
    incoming: Incoming,
    owner: ConnectionOwner,
    limits: AnswerLimits,
    generation: number,
  ) {
    this.#socket = socket;
    this.#owner = owner;
    this.#reader = new AnswerReader(limits);
    this.generation = generation;
    this.address = addressOf(socket);
    incoming.read = (bytes) => this.#read(bytes);
    // One listener each for the whole life of the connection.
    socket.on('drain', () => this.#user?.drained());
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(null));
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether a single byte of the answer has come. */
  get hasHeard(): boolean {
    return this.#heard;
  }

  /** Whether what was written still waits for the provider to read. */
  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  begin(user: ConnectionUser): void {
    this.begun++;
    this.#user = user;
    this.#requestEnded = false;
    this.#heard = false;
    this.#reader.reset();
  }

  /** Sends bytes, strings as latin1; false asks to wait until `drained`. */
  write(bytes: Buffer | string): boolean {
    return this.#socket.write(bytes, 'latin1');
  }

  /** Between the two, everything written leaves together. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /** The request is whole: only after that may the connection serve again. */
  endRequest(): void {
    this.#requestEnded = true;
  }

  /** What has been read already still comes: up to 64 kB. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** Closes at once, without a word to the user. */
  destroy(): void {
    this.#user = null;
    this.#close();
  }

  /** The same, and at once also for a provider that has not read everything. */
  abort(): void {
    this.#user = null;
    resetAndDestroy(this.#socket);
    this.#close();
  }

  #read(chunk: Buffer): void {
    const user = this.#user;
    // Bytes that nobody asked for could become the next exchange's answer.
    if (user === null) return this.#close();
    this.#heard = true;
    try {
      const state = this.#reader.read(chunk, user);
      if (state !== 'more') this.#finish(user, state === 'ended');
    } catch (error) {
      const message = error instanceof BadAnswer ? error.message : 'the answer could not be passed on';
      this.#fail(new ProviderFault('broken', message, { cause: error }));
    }
  }

  #finish(user: ConnectionUser, clean: boolean): void {
    const { head, trailers } = this.#reader;
    // What the provider has not taken of this request would stand in the way of the next.
    const usable = clean && this.#requestEnded && !this.isBlocked && head?.persistent === true;
    this.keepAliveMs = head?.keepAliveMs ?? null;
    // Gone already if the consumer has hung up within this very chunk.
    if (this.#user !== user) return;
    this.#user = null;
    user.end(trailers);
    if (!usable) return this.#close();
    this.resume();
    this.#owner.released(this);
  }

  #ended(): void {
    const user = this.#user;
    if (user !== null && this.#reader.isWholeAtEnd()) return this.#finish(user, false);
    this.#lose(null);
  }

  #lose(error: Error | null): void {
    const code = error !== null && 'code' in error ? String(error.code) : 'closed';
    this.#fail(new ProviderFault('lost', code, { cause: error }));
  }

  #fail(fault: ProviderFault): void {
    const user = this.#user;
    this.#user = null;
    this.#close();
    user?.fail(fault);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#owner.closed(this);
  }
}

function addressOf({ remoteAddress, remotePort, remoteFamily }: TLSSocket): string | null {
  if (remoteAddress === undefined || remotePort === undefined) return null;
  return remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
