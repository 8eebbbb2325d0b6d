import { type IncomingMessage } from 'node:http';
import { type Exchange } from '../exchange.ts';
import { type Connection } from './connection.ts';
import { endToEndTrailers } from './hop-by-hop.ts';
import { fieldLines } from './request-head.ts';

/** A request's body on its way from the consumer to a connection, read no faster than the provider takes it. */
export class RequestBody {
  /** All of it has been written. */
  isSent = false;
  readonly #req: IncomingMessage;
  readonly #framing: 'chunked' | number;
  readonly #exchange: Exchange;
  readonly #watch: { moved(): void };
  #connection: Connection | null = null;

  constructor(
    req: IncomingMessage,
    framing: 'chunked' | number,
    exchange: Exchange,
    watch: { moved(): void },
  ) {
    this.#req = req;
    this.#framing = framing;
    this.#exchange = exchange;
    this.#watch = watch;
  }

  /** Sends the head, together with what has already come of the body. */
  send(head: string, connection: Connection): void {
    this.#connection = connection;
    connection.cork();
    connection.write(head);
    const first: unknown = this.#req.read();
    if (first instanceof Buffer) this.#pass(first);
    connection.uncork();
    if (this.isSent) return;
    this.#req.on('data', (chunk: Buffer) => this.#pass(chunk));
    this.#req.once('end', () => this.#end());
    if (connection.isBlocked) this.#req.pause();
  }

  /** The provider takes more. */
  resume(): void {
    if (this.#connection !== null && !this.isSent) this.#req.resume();
  }

  /** Nobody wants the rest; it is read all the same, so that the connection can serve again. */
  discard(): void {
    this.#connection = null;
    this.#req.resume();
  }

  #pass(chunk: Buffer): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#exchange.requestBytes += chunk.length;
    this.#watch.moved();
    if (this.#framing === 'chunked') {
      connection.cork();
      connection.write(`${chunk.length.toString(16)}\r\n`);
      connection.write(chunk);
      const flowing = connection.write('\r\n');
      connection.uncork();
      if (!flowing) this.#req.pause();
      return;
    }
    const flowing = connection.write(chunk);
    if (this.#exchange.requestBytes === this.#framing) this.#sent(connection);
    else if (!flowing) this.#req.pause();
  }

  #end(): void {
    const connection = this.#connection;
    if (connection === null || this.isSent) return;
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
