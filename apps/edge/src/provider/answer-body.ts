import { type ServerResponse } from 'node:http';
import { type AnswerParts } from './answer-parts.ts';

/** What of an answer waits for its consumer before the provider has to wait, too. A slow reader costs this in memory. */
const waitingBytesMax = 16 * 1_024;
/**
 * What is written at once, or a little more. TLS holds a write's cipher text until all of it has left, and keeps the room for it as long
 * as the connection lives.
 */
const writtenBytesMax = 16 * 1_024;

/** The body of an answer on its way to a consumer who may be slow to take it. */
export class AnswerBody {
  readonly #res: ServerResponse;
  readonly #parts: AnswerParts;
  readonly #someTaken: () => void;
  /** Written, but perhaps not gone yet; in order. */
  readonly #written: Buffer[] = [];
  /** Behind what is written. */
  readonly #held: Buffer[] = [];
  #waitingBytes = 0;
  #paused = false;
  readonly #taken = (error: Error | null | undefined) => this.#wasTaken(error);

  /** Calls `someTaken` whenever the consumer has taken something. */
  constructor(res: ServerResponse, parts: AnswerParts, someTaken: () => void) {
    this.#res = res;
    this.#parts = parts;
    this.#someTaken = someTaken;
  }

  /** Whether the provider waits for the consumer. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Sends a copy of `bytes`; false asks to wait until it is no longer paused. */
  send(bytes: Buffer): boolean {
    const part = this.#parts.copy(bytes);
    this.#waitingBytes += part.length;
    if (this.#written.length === 0) this.#write(part);
    else this.#held.push(part);
    this.#paused ||= this.#waitingBytes >= waitingBytesMax;
    return !this.#paused;
  }

  /** Writes what is held, for the answer to be ended. */
  flush(): void {
    for (const part of this.#held.splice(0)) this.#write(part);
  }

  #write(part: Buffer): void {
    this.#written.push(part);
    this.#res.write(part, this.#taken);
  }

  #wasTaken(error: Error | null | undefined): void {
    // A consumer that is gone takes nothing more; its closing ends the exchange.
    if (error instanceof Error) return;
    const part = this.#written.shift();
    if (part === undefined) return;
    this.#waitingBytes -= part.length;
    this.#parts.giveBack(part);
    if (this.#written.length === 0) this.#writeHeld();
    if (this.#waitingBytes < waitingBytesMax) this.#paused = false;
    this.#someTaken();
  }

  #writeHeld(): void {
    let bytes = 0;
    while (bytes < writtenBytesMax) {
      const part = this.#held.shift();
      if (part === undefined) return;
      bytes += part.length;
      this.#write(part);
    }
  }
}
