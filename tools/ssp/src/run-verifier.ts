import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandFailure } from './command-fault.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a program that verifies says in a line: a level above 40 is a fault, and its own fields tell which. */
const Line = z.looseObject({ level: z.number(), msg: z.string() });
export type VerifierLine = {
  readonly isFault: boolean;
  readonly isWarning: boolean;
  readonly says: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** What came of it: the last line is the summary. `isWhole` says that all was as it was written. */
export type Verified = { readonly isWhole: boolean; readonly summary: VerifierLine };

/** What every line has, and nobody wants to read. */
const plumbing = new Set(['level', 'time', 'msg', 'name', 'pid', 'hostname', 'service', 'version']);

const faultsFound = 3;
const [warning, error] = [40, 50];

/**
 * Runs one of our programs that verify what is stored, and gives each of its lines as it comes.
 * @throws CommandFailure where it could not be finished
 */
export async function runVerifier(
  entry: string,
  environment: Readonly<Record<string, string | undefined>>,
  { tell, signal }: { readonly tell: (line: VerifierLine) => void; readonly signal: AbortSignal },
): Promise<Verified> {
  const child = spawn(process.execPath, [entry], {
    cwd: root,
    // oxlint-disable-next-line node/no-process-env -- its settings are the program's, as docs/configuration.md lists them
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGTERM',
  });
  const ended = new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  const complaints = text(child.stderr);
  let last: VerifierLine | null = null;
  for await (const each of createInterface({ input: child.stdout })) {
    const line = readLine(each);
    if (line === null) continue;
    if (last !== null) tell(last);
    last = line;
  }
  const status = await ended;
  if ((status !== 0 && status !== faultsFound) || last === null) {
    const reason = last === null || !last.isFault ? (await complaints).trim() : sayLine(last);
    throw new CommandFailure(`it could not be finished: ${reason === '' ? `status ${status}` : reason}`);
  }
  return { isWhole: status === 0, summary: last };
}

function readLine(line: string): VerifierLine | null {
  const parsed = Line.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const { level, msg } = parsed.data;
  const fields = Object.entries(parsed.data).filter(([name]) => !plumbing.has(name));
  return {
    isFault: level >= error,
    isWarning: level === warning,
    says: msg,
    fields: Object.fromEntries(fields),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A line as a person reads it: `unaltered: rows 12, checkpoints 3`. */
export function sayLine({ says, fields }: VerifierLine): string {
  const told = Object.entries(fields).map(([name, value]) => {
    if (name === 'err' && typeof value === 'object' && value !== null && 'message' in value)
      return String(value.message);
    return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return told.length === 0 ? says : `${says}: ${told.join(', ')}`;
}
