import { type Readable, type Writable } from 'node:stream';

/** What the program reads from and writes to, handed in so that tests run it as a person does. */
export type Surroundings = {
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

/** The same as a command has it. */
export type Terminal = Surroundings & {
  /** From now on an interruption only begins the command's end, which shows or tidies up something: it is waited for. */
  readonly endByMyself: () => void;
};

/** Tells the person one thing beside the result. */
export function say(terminal: Pick<Surroundings, 'err'>, line: string): void {
  terminal.err.write(`ssp: ${line}\n`);
}
