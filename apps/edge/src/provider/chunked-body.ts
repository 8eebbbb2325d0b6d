import { BadAnswer } from './bad-answer.ts';
import { readFieldLines, refuseBareLineEnds } from './field-lines.ts';

/** Where the parts of a body go. */
export type BodySink = { data(chunk: Buffer): void };

type State = 'size' | 'extension' | 'size-end' | 'data' | 'data-cr' | 'data-lf' | 'trailers' | 'ended';

const carriageReturn = 13;
const lineFeed = 10;
const semicolon = 59;
/** A size of 13 hexadecimal digits is below 2^53. */
const digitsMax = 13;
/** All extensions of a body together; nobody reads them, and a flood of them is an attack. */
const extensionBytesMax = 16 * 1_024;

/** Reads one chunked body from pieces cut anywhere (RFC 9112 7.1), strictly: nothing but CRLF ends a line. */
export class ChunkedBody {
  /** Names and values in turn; complete once the body has ended. */
  trailers: readonly string[] = [];
  readonly #limits: { readonly trailerBytesMax: number; readonly trailersMax: number };
  #state: State = 'size';
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerText = '';

  constructor(limits: { readonly trailerBytesMax: number; readonly trailersMax: number }) {
    this.#limits = limits;
  }

  /**
   * Hands the payload in `bytes` to `sink`. Answers the offset behind the body once it has ended, else -1. Throws BadAnswer,
   * after which nothing more may be read.
   */
  read(bytes: Buffer, sink: BodySink): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const part = bytes.subarray(at, at + this.#size);
        this.#size -= part.length;
        at += part.length;
        if (this.#size === 0) this.#state = 'data-cr';
        sink.data(part);
      } else if (this.#state === 'trailers') {
        const end = this.#readTrailers(bytes.subarray(at));
        return end === -1 ? -1 : at + end;
      } else {
        this.#readByte(bytes[at] ?? 0);
        at++;
      }
    }
    return -1;
  }

  #readByte(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#readSize(byte);
        break;
      case 'extension':
        if (byte === carriageReturn) this.#state = 'size-end';
        else if ((byte < 32 && byte !== 9) || byte === 127)
          throw new BadAnswer('a control character in a chunk extension');
        else if (++this.#extensionBytes > extensionBytesMax) throw new BadAnswer('too many chunk extensions');
        break;
      case 'size-end':
        expect(byte, lineFeed);
        this.#state = this.#size === 0 ? 'trailers' : 'data';
        this.#digits = 0;
        break;
      case 'data-cr':
        expect(byte, carriageReturn);
        this.#state = 'data-lf';
        break;
      case 'data-lf':
        expect(byte, lineFeed);
        this.#state = 'size';
        break;
      default:
        throw new BadAnswer('bytes behind a body');
    }
  }

  #readSize(byte: number): void {
    const digit = hexadecimal(byte);
    if (digit !== -1) {
      if (++this.#digits > digitsMax) throw new BadAnswer('a chunk size out of range');
      this.#size = this.#size * 16 + digit;
    } else if (this.#digits === 0) {
      throw new BadAnswer('a chunk without a size');
    } else if (byte === carriageReturn) {
      this.#state = 'size-end';
    } else if (byte === semicolon) {
      this.#state = 'extension';
    } else {
      throw new BadAnswer('a chunk size that is no number');
    }
  }

  #readTrailers(bytes: Buffer): number {
    const before = this.#trailerText.length;
    const text = this.#trailerText + bytes.toString('latin1');
    const blankLineAt = text.startsWith('\r\n') ? -2 : text.indexOf('\r\n\r\n', Math.max(0, before - 3));
    const whole = blankLineAt !== -1;
    const length = whole ? blankLineAt + 4 : text.length;
    if (length > this.#limits.trailerBytesMax) throw new BadAnswer('trailers too long');
    if (!whole) {
      refuseBareLineEnds(text);
      this.#trailerText = text;
      return -1;
    }
    this.trailers = readFieldLines(text, 0, length - 2, this.#limits.trailersMax);
    this.#state = 'ended';
    return length - before;
  }
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw new BadAnswer('a chunk that does not end with CRLF');
}

function hexadecimal(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
