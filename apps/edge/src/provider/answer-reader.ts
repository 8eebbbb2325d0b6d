import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { BadAnswer } from './bad-answer.ts';
import { ChunkedBody } from './chunked-body.ts';
import { refuseBareLineEnds } from './field-lines.ts';

/** Gets an answer part by part. */
export type AnswerSink = {
  head(head: AnswerHead): void;
  data(chunk: Buffer): void;
};

/** What a provider may send at most before the body of an answer, and behind it. */
export type AnswerLimits = {
  readonly headBytesMax: number;
  readonly headersMax: number;
  /** Whether an answer may end with its connection, where a cut cannot be told from an end. */
  readonly closeDelimited: boolean;
};

/** `more` is to come, or the answer has `ended`, or it has ended and bytes followed that nobody asked for. */
export type ReadState = 'more' | 'ended' | 'overrun';

const blankLine = Buffer.from('\r\n\r\n');
const versions = ['HTTP/1.1 ', 'HTTP/1.0 '];
/** Interim answers (100, 102, 103) are swallowed; a provider that sends no other is broken. */
const interimMax = 16;

/** Reads one answer after another from pieces cut anywhere. Knows nothing of sockets. */
export class AnswerReader {
  /** Of the answer that is being read, or was last. */
  head: AnswerHead | null = null;
  /** Names and values in turn, once the answer has ended. */
  trailers: readonly string[] = [];
  readonly #limits: AnswerLimits;
  #partOfHead: Buffer | null = null;
  #remaining = 0;
  #chunks: ChunkedBody | null = null;
  #interim = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** Makes ready for the next answer. */
  reset(): void {
    this.head = null;
    this.trailers = [];
    this.#partOfHead = null;
    this.#remaining = 0;
    this.#chunks = null;
    this.#interim = 0;
  }

  /** Throws BadAnswer, after which nothing more may be read. */
  read(bytes: Buffer, sink: AnswerSink): ReadState {
    return this.head === null ? this.#readHead(bytes, sink) : this.#readBody(this.head, bytes, sink);
  }

  /** Tells whether the answer is whole if its connection ends now. */
  isWholeAtEnd(): boolean {
    return this.head?.framing === 'close';
  }

  #readHead(fresh: Buffer, sink: AnswerSink): ReadState {
    let bytes = this.#partOfHead === null ? fresh : Buffer.concat([this.#partOfHead, fresh]);
    for (;;) {
      const blankAt = bytes.indexOf(blankLine);
      const length = blankAt === -1 ? bytes.length : blankAt + 4;
      if (length > this.#limits.headBytesMax) throw new BadAnswer('a head that is too long');
      if (blankAt === -1) return this.#keepPart(bytes);
      const head = parseAnswerHead(bytes.toString('latin1', 0, length), this.#limits.headersMax);
      bytes = bytes.subarray(length);
      if (head.status >= 200) {
        this.#partOfHead = null;
        return this.#begin(head, bytes, sink);
      }
      if (head.status === 101) throw new BadAnswer('a change of protocol that nobody asked for');
      if (++this.#interim > interimMax) throw new BadAnswer('too many interim answers');
    }
  }

  /** What cannot become an answer any more is refused now, not when the wait is over. */
  #keepPart(bytes: Buffer): ReadState {
    const text = bytes.toString('latin1');
    if (!versions.some((version) => version.startsWith(text.slice(0, version.length)))) {
      throw new BadAnswer('bytes that are no HTTP');
    }
    refuseBareLineEnds(text);
    // The caller's buffer is filled anew.
    this.#partOfHead = Buffer.from(bytes);
    return 'more';
  }

  #begin(head: AnswerHead, rest: Buffer, sink: AnswerSink): ReadState {
    if (head.framing === 'close' && !this.#limits.closeDelimited) {
      throw new BadAnswer('an answer that does not tell its length');
    }
    this.head = head;
    this.#remaining = head.length;
    if (head.framing === 'chunked') {
      this.#chunks = new ChunkedBody({
        trailerBytesMax: this.#limits.headBytesMax,
        trailersMax: this.#limits.headersMax,
      });
    }
    sink.head(head);
    return this.#readBody(head, rest, sink);
  }

  #readBody({ framing }: AnswerHead, bytes: Buffer, sink: AnswerSink): ReadState {
    if (framing === 'close') {
      if (bytes.length > 0) sink.data(bytes);
      return 'more';
    }
    if (this.#chunks !== null) return this.#readChunks(this.#chunks, bytes, sink);
    const whole = bytes.length >= this.#remaining;
    const part = bytes.length > this.#remaining ? bytes.subarray(0, this.#remaining) : bytes;
    const overrun = bytes.length > part.length;
    this.#remaining -= part.length;
    if (part.length > 0) sink.data(part);
    if (!whole) return 'more';
    return overrun ? 'overrun' : 'ended';
  }

  #readChunks(chunks: ChunkedBody, bytes: Buffer, sink: AnswerSink): ReadState {
    const end = chunks.read(bytes, sink);
    if (end === -1) return 'more';
    this.trailers = chunks.trailers;
    return end < bytes.length ? 'overrun' : 'ended';
  }
}
