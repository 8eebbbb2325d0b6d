import { accessSync, constants, createWriteStream, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WriteStream } from 'node:tty';
import { CommandFailure, reasonOf, UsageFault } from './command-fault.ts';
import { type Answer } from './consumer/index.ts';
import { type Terminal } from './terminal.ts';

/** What is known of a body after it has gone through. */
export type BodySeen = {
  readonly bytes: number;
  /** Its beginning, for what an OperationOutcome says. */
  readonly beginning: Buffer;
};

const keptBytes = 64 * 1_024;

/** Status and headers, as they came. */
export function describeHead({ status, statusText, headers }: Answer): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
  return `HTTP/1.1 ${status} ${statusText}\n${lines.join('')}\n`;
}

/**
 * To be called before anything is asked that is told of to somebody, or cannot be asked again.
 * @throws UsageFault where what comes could not be written
 */
export function mustBeWritable(output: string | undefined, { cwd }: Terminal): void {
  if (output === undefined) return;
  const file = resolve(cwd, output);
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw new Error('it is a folder');
    accessSync(there === undefined ? dirname(file) : file, constants.W_OK);
  } catch (error) {
    throw new UsageFault(`${output} cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Streams the body to standard output or a file, however large it is.
 * @throws CommandFailure where it breaks off: what was written by then is not the whole
 */
export async function writeBody(
  body: Readable,
  output: string | undefined,
  terminal: Terminal,
): Promise<BodySeen> {
  const { out, cwd } = terminal;
  const file = output === undefined ? null : resolve(cwd, output);
  const seen = { bytes: 0, kept: Buffer.alloc(0), last: 0 };
  const look = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen.bytes += chunk.length;
      seen.last = chunk.at(-1) ?? seen.last;
      if (seen.kept.length < keptBytes) seen.kept = Buffer.concat([seen.kept, chunk]).subarray(0, keptBytes);
      done(null, chunk);
    },
  });
  const to: Writable = file === null ? out : createWriteStream(file);
  try {
    await pipeline(body, look, to, { end: file !== null });
  } catch (error) {
    throw new CommandFailure(
      `the answer broke off after ${seen.bytes} bytes (${reasonOf(error)}): what there is of it${file === null ? '' : ` in ${file}`} is not the whole`,
      { cause: error },
    );
  }
  // A prompt begins a line of its own; a pipe gets the bytes alone.
  if (file === null && out instanceof WriteStream && seen.bytes > 0 && seen.last !== newline) out.write('\n');
  return { bytes: seen.bytes, beginning: seen.kept };
}

const newline = 0x0a;
