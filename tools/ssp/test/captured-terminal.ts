import { Readable, Writable } from 'node:stream';
import { type Terminal } from '../src/terminal.ts';

/** A terminal that keeps what is written to it. */
export type CapturedTerminal = Terminal & {
  readonly printed: () => string;
  readonly said: () => string;
};

/** A terminal for tests; `typed` is what stands on its standard input. */
export function capturedTerminal(cwd: string, typed = ''): CapturedTerminal {
  const out = keeper();
  const err = keeper();
  return {
    out: out.stream,
    err: err.stream,
    input: Readable.from([Buffer.from(typed)]),
    cwd,
    interrupted: new AbortController().signal,
    endByMyself: () => undefined,
    printed: out.text,
    said: err.text,
  };
}

function keeper() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
