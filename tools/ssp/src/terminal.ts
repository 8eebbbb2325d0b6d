import { type Readable, type Writable } from 'node:stream';

/** What a command reads from and writes to, handed in so that tests run it as a person does. */
export type Terminal = {
  /** The result alone, so that it can be piped. */
  readonly out: Writable;
  /** What a person wants to know beside the result. */
  readonly err: Writable;
  readonly input: Readable;
  /** Where the person stands: what file names are relative to. */
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
};

/** Tells the person one thing beside the result. */
export function say(terminal: Terminal, line: string): void {
  terminal.err.write(`ssp: ${line}\n`);
}
