import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Where the programs of this repository begin. */
const root = join(import.meta.dirname, '../../..');

// oxlint-disable-next-line node/no-process-env -- changes how fast a program starts, and nothing else
const { NODE_COMPILE_CACHE } = process.env;

/** The whole environment of a program; nothing of the caller's own is handed on but where Node keeps compiled code. */
export type ProgramEnvironment = Readonly<Record<string, string>>;

/** That environment, with what makes a program of ours start in half the time: where Node keeps compiled code. */
export function ourEnvironment(env: ProgramEnvironment): ProgramEnvironment {
  return NODE_COMPILE_CACHE === undefined ? env : { NODE_COMPILE_CACHE, ...env };
}

/** The command line of a program of ours, as it is started in production; `entry` begins at the repository's root. */
export function ourProgram(entry: string): readonly [program: string, entry: string] {
  return [process.execPath, join(root, entry)];
}

/** Runs a program of ours as it is run in production; resolves with what it wrote once it has ended. */
export async function runOurs(entry: string, args: readonly string[], env: ProgramEnvironment) {
  const [program, file] = ourProgram(entry);
  const child = spawn(program, [file, ...args], {
    env: ourEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, out, err };
}
