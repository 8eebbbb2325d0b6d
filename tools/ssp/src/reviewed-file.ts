import { type FileDifference } from '@ssp/contracts';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { BrokenOff, CommandFailure, reasonOf, UsageFault } from './command-fault.ts';
import { ServiceRefusal } from './service-client.ts';
import { formatTable, printable } from './table.ts';
import { type Terminal } from './terminal.ts';

/** Reads the file of what a person calls `what`. @throws UsageFault */
export function readReviewed(file: string, what: string, { cwd }: Terminal): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new UsageFault(`${what} cannot be read: ${reasonOf(error)}`);
  }
}

/** A difference as a person reads it. */
export function differenceText({ counts, changes, leftOut, version }: FileDifference): string {
  if (changes.length === 0) return `No difference from version ${version}.\n`;
  const rows = changes.map(({ section, key, change, fields }) => [
    change,
    section,
    key.join(' '),
    fields.map(({ field, from, to }) => `${field}: ${from ?? '-'} -> ${to ?? '-'}`).join('; '),
  ]);
  const more = leftOut === 0 ? '' : `and ${leftOut} more\n`;
  return `${formatTable(['CHANGE', 'SECTION', 'KEY', 'FIELDS'], rows)}${more}Against version ${version}: ${counts.added} added, ${counts.changed} changed, ${counts.removed} removed.\n`;
}

/** Goes on where the person agrees, beforehand by `--yes` or now. @throws CommandFailure where not */
export async function mustAgree(yes: true | undefined, terminal: Terminal): Promise<void> {
  if (yes === true) return;
  if (!('isTTY' in terminal.input) || terminal.input.isTTY !== true) {
    throw new CommandFailure('nothing was changed: nobody is there to agree, so give --yes to load it');
  }
  const answer = await questionOf(terminal, 'ssp: load it? (yes/no) ');
  if (!['yes', 'y'].includes(answer.trim().toLowerCase())) throw new CommandFailure('nothing was changed');
}

/** What the person answers; nothing where the input ends. @throws BrokenOff for Ctrl-C */
async function questionOf({ input, err, interrupted }: Terminal, question: string): Promise<string> {
  const lines = createInterface({ input, output: err });
  const ended = Promise.withResolvers<string | null>();
  // A terminal in line mode hands both keys to the reader of lines, and not to the process.
  lines.on('SIGINT', () => ended.reject(new BrokenOff()));
  lines.on('close', () => ended.resolve(null));
  try {
    const answer = lines.question(question, { signal: interrupted });
    const told = await Promise.race([answer, ended.promise]);
    if (told === null) err.write('\n');
    return told ?? '';
  } catch (error) {
    err.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}

const Faulty = z.object({
  faultCount: z.int(),
  faults: z.array(z.object({ line: z.int(), column: z.int(), path: z.string(), message: z.string() })),
});

/** Every fault with its place, one a line as compilers write them; another error as it is. `file` is null for a text of ours. */
export function tellFaults(file: string | null, error: unknown): unknown {
  const faulty = error instanceof ServiceRefusal ? Faulty.safeParse(error.answer) : null;
  if (faulty?.success !== true) return error;
  const { faults, faultCount } = faulty.data;
  const lines = faults.map(({ line, column, path, message }) => {
    const fault = printable(path === '' ? message : `${path}: ${message}`);
    return file === null ? fault : `${file}:${line}:${column}: ${fault}`;
  });
  const more = faultCount > faults.length ? [`and ${faultCount - faults.length} more`] : [];
  const head = `${file === null ? 'what was asked for has' : `${file} has`} ${faultCount === 1 ? 'a fault' : `${faultCount} faults`}, so nothing was done:`;
  return new CommandFailure([head, ...lines, ...more].join('\n'));
}
