import { type Socket } from 'node:net';
import { type AnswerHead } from '../provider/answer-head.ts';
import { AnswerReader, type AnswerSink } from '../provider/answer-reader.ts';

/** What is written before the length of a call's body: the rest of the head is the same for all. */
export type CallHead = { readonly path: string; readonly host: string };

type Call = {
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/**
 * A connection that was idle for longer is not asked on again: a service that stops ends those that were idle for all its grace, which is
 * longer, and may do so in the very moment of a call.
 */
const keptMs = 2_000;
/** An answer of our own services; what they send is bounded by the batch. */
const limits = { headBytesMax: 16_384, headersMax: 64, closeDelimited: false };

/**
 * One kept HTTP/1.1 connection to one of our services, for one call at a time. It opens with the first call, and again with
 * the first one after it was lost; a lost call is never repeated, since the other end may have counted it.
 */
export class AskConnection implements AnswerSink {
  readonly #open: () => Socket;
  readonly #head: string;
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #reader = new AnswerReader(limits);
  #socket: Socket | null = null;
  /** On the monotonic clock: when the latest call ended. */
  #idleSinceMs = 0;
  #call: Call | null = null;
  #body: Buffer[] = [];

  constructor(open: () => Socket, { path, host }: CallHead, timeoutMs: number) {
    this.#open = open;
    this.#path = path;
    this.#timeoutMs = timeoutMs;
    this.#head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
  }

  /** Whether a call is out. */
  get isBusy(): boolean {
    return this.#call !== null;
  }

  /** Posts JSON; rejects on any status but 200, on a broken answer, and after the time that was set. */
  post(json: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = () => this.#lose(new Error(`no answer from ${this.#path} within ${this.#timeoutMs} ms`));
      this.#call = { resolve, reject, timer: setTimeout(late, this.#timeoutMs) };
      this.#reader.reset();
      this.#body = [];
      if (performance.now() - this.#idleSinceMs > keptMs) this.#drop();
      this.#socket ??= this.#connect();
      const bytes = Buffer.byteLength(json);
      // ASCII alone is the same bytes in both; for UTF-8 Node first makes room for three bytes a character.
      const encoding = bytes === json.length ? 'latin1' : 'utf8';
      this.#socket.write(`${this.#head}${bytes}\r\n\r\n${json}`, encoding);
    });
  }

  /** Ends it, and the call that is out. */
  close(): void {
    this.#lose(new Error(`the way to ${this.#path} was closed`));
  }

  head(_head: AnswerHead): void {}

  data(chunk: Buffer): void {
    this.#body.push(chunk);
  }

  #connect(): Socket {
    const socket = this.#open();
    socket.setNoDelay(true);
    const lost = (error: Error) => {
      if (this.#socket === socket) this.#lose(error);
    };
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', lost);
    const closed = () => lost(new Error(`${this.#path}: the connection was closed`));
    socket.on('end', closed);
    socket.on('close', closed);
    return socket;
  }

  #read(chunk: Buffer): void {
    const call = this.#call;
    // Nobody asked for it, so it must not become the next answer.
    if (call === null) return this.#lose(new Error('unasked'));
    try {
      const state = this.#reader.read(chunk, this);
      if (state === 'more') return;
      if (state === 'overrun') throw new Error(`${this.#path} sent more than its answer`);
    } catch (error) {
      return this.#lose(error instanceof Error ? error : new Error(String(error)));
    }
    this.#call = null;
    this.#idleSinceMs = performance.now();
    clearTimeout(call.timer);
    const { head } = this.#reader;
    if (head?.persistent !== true) this.#drop();
    if (head?.status === 200) call.resolve(textOf(this.#body));
    else call.reject(new Error(`${this.#path} answered ${head?.status}`));
  }

  #lose(error: Error): void {
    const call = this.#call;
    this.#call = null;
    this.#drop();
    if (call === null) return;
    clearTimeout(call.timer);
    call.reject(error);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}

function textOf(parts: readonly Buffer[]): string {
  const [first] = parts;
  return parts.length === 1 && first !== undefined
    ? first.toString('utf8')
    : Buffer.concat(parts).toString('utf8');
}
