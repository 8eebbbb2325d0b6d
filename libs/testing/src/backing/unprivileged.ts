import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SetupError } from '../setup-error.ts';
import { findProgram } from './find-program.ts';

/** As whom a program runs that refuses to run as root. */
export interface Account {
  /** Who must own its files; undefined when we are not root and run it as ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Words to put before the command. */
  readonly prefix: readonly [] | readonly [string, ...string[]];
  /** Options for spawn. */
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
}

// "nobody" is on every system; a user of our own would have to be made, and be left behind.
const nobody = { uid: 65_534, gid: 65_534 };
// In Docker's default set too; the milder dac_read_search is not, and it gives no right to execute.
const capability = { name: 'dac_override', bit: 1n };

/**
 * Chooses an account for a program that must reach `paths`.
 * Below a folder that is closed to others (a checkout under /root), the program gets the capability to pass through it.
 */
export async function unprivileged(paths: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { owner: undefined, prefix: [], spawnAs: {} };
  const open = await Promise.all(paths.map(isReachableByOthers));
  if (open.every(Boolean)) return { owner: nobody, prefix: [], spawnAs: nobody };

  const setpriv = await findProgram('setpriv');
  if (setpriv === undefined || !(await hasCapability())) {
    throw new SetupError(`Postgres cannot run as root, and other users cannot reach ${paths.join(' or ')}.`);
  }
  const prefix = [
    setpriv,
    `--reuid=${nobody.uid}`,
    `--regid=${nobody.gid}`,
    '--clear-groups',
    `--inh-caps=-all,+${capability.name}`,
    `--ambient-caps=+${capability.name}`,
    // Without this, access(2), with which Postgres looks at its own binaries, would disregard the capability.
    '--securebits=+no_setuid_fixup',
  ] as const;
  return { owner: nobody, prefix, spawnAs: {} };
}

async function isReachableByOthers(path: string): Promise<boolean> {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if (((await stat(dir)).mode & 0o001) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}

async function hasCapability(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((bounding >> capability.bit) & 1n) === 1n;
}
