import { type IncomingMessage } from 'node:http';
import { type Exchange } from '../exchange.ts';
import { type Connection } from './connection.ts';
import { endToEndTrailers } from './hop-by-hop.ts';
import { HeldBody, type ReadAhead } from './read-ahead.ts';
import { fieldLines } from './request-head.ts';

/** A request's body on its way from the consumer to a connection, read little faster than the provider takes it. */
export class RequestBody {
  /** All of it has been written. */
  isSent = false;
  /** Nothing is read, because too much waits for the provider. */
  isPaused = false;
  readonly #req: IncomingMessage;
  readonly #framing: 'chunked' | number;
  readonly #exchange: Exchange;
  readonly #watch: { moved(): void };
  readonly #held: HeldBody;
  /** What came before there was a connection; null where nothing was read by then. */
  #early: Buffer[] | null = null;
  #isRead = false;
  #connection: Connection | null = null;

  constructor(
    req: IncomingMessage,
    framing: 'chunked' | number,
    exchange: Exchange,
    readAhead: ReadAhead,
    watch: { moved(): void },
  ) {
    this.#req = req;
    this.#framing = framing;
    this.#exchange = exchange;
    this.#held = new HeldBody(readAhead);
    this.#watch = watch;
  }

  /** Reads while a connection is being waited for. */
  readEarly(): void {
    this.#early = [];
    this.#listen();
  }

  /** Sends the head, together with what has already come of the body. */
  send(head: string, connection: Connection): void {
    this.#connection = connection;
    const early = this.#early;
    connection.cork();
    connection.write(head);
    if (early === null) {
      const first: unknown = this.#req.read();
      if (first instanceof Buffer) this.#pass(first, connection);
      if (!this.isSent) this.#listen();
    } else {
      this.#early = null;
      this.#held.release();
      for (const chunk of early) this.#pass(chunk, connection);
      if (this.#isRead) this.#end(connection);
    }
    connection.uncork();
    // A connection that is blocked tells when it is not any more; another would not.
    if (this.isPaused && (this.#held.hasRoom || !connection.isBlocked)) this.#flow();
  }

  /** The provider takes more. */
  resume(): void {
    this.#held.release();
    if (this.isPaused) this.#flow();
  }

  /** Nobody wants the rest; it is read all the same, so that the connection can serve again. */
  discard(): void {
    this.#connection = null;
    this.#early = null;
    this.#held.release();
    this.#flow();
  }

  #listen(): void {
    this.#req.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#req.once('end', () => {
      this.#isRead = true;
      if (this.#connection !== null) this.#end(this.#connection);
    });
  }

  #take(chunk: Buffer): void {
    if (this.#connection !== null) this.#pass(chunk, this.#connection);
    else if (this.#early !== null) {
      this.#early.push(chunk);
      this.#hold(chunk.length);
    }
  }

  #pass(chunk: Buffer, connection: Connection): void {
    this.#exchange.requestBytes += chunk.length;
    this.#watch.moved();
    if (this.#framing === 'chunked') {
      connection.cork();
      connection.write(`${chunk.length.toString(16)}\r\n`);
      connection.write(chunk);
      const flowing = connection.write('\r\n');
      connection.uncork();
      if (!flowing) this.#hold(chunk.length);
      return;
    }
    const flowing = connection.write(chunk);
    if (this.#exchange.requestBytes === this.#framing) this.#sent(connection);
    if (!flowing) this.#hold(chunk.length);
  }

  #hold(bytes: number): void {
    this.#held.hold(bytes);
    if (this.isPaused || this.isSent || this.#held.hasRoom) return;
    this.isPaused = true;
    this.#req.pause();
  }

  #flow(): void {
    this.isPaused = false;
    this.#req.resume();
  }

  #end(connection: Connection): void {
    if (this.isSent) return;
    if (this.#framing === 'chunked') {
      connection.write(`0\r\n${fieldLines(endToEndTrailers(this.#req.rawTrailers))}`);
    }
    this.#sent(connection);
  }

  #sent(connection: Connection): void {
    this.isSent = true;
    this.#watch.moved();
    connection.endRequest();
  }
}
