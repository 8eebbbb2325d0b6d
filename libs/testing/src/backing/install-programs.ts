import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import { findProgram } from './find-program.ts';
import { withProgress } from './with-progress.ts';

/** A program that a local backing service needs, and the Debian package that brings it. */
export interface ProgramNeed {
  readonly program: string;
  readonly debianPackage: string;
  /** Where it is; undefined when it is missing or too old. */
  readonly find: () => Promise<string | undefined>;
}

// Debian starts the daemons it installs unless this policy says no; ours must run with our data, on our ports.
const install = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
get() { apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }
get install --no-install-recommends "$@" || { get update && get install --no-install-recommends "$@"; }
`;

/** How to install. */
export interface Installation {
  /** Takes the installer's log, which stays where it fails. */
  readonly dir: string;
  readonly report: (line: string) => void;
  /** What people can do where nothing can be installed; that of the backing services when left out. */
  readonly advice?: string;
}

const backingAdvice = (packages: readonly string[]) =>
  `install ${packages.join(', ')}, start Docker, or name running services in SSP_POSTGRES_URL, SSP_REDIS_URL, SSP_KAFKA_BROKERS and SSP_LDAP_URL.`;

/**
 * Installs what is missing with apt-get, as root or through a sudo that asks no password, after saying so.
 * Throws a SetupError that names what to install where that is not possible.
 */
export async function installPrograms(
  needs: readonly ProgramNeed[],
  { dir, report, advice: wayOut }: Installation,
): Promise<void> {
  const missing = await missingOf(needs);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((it) => it.debianPackage))];
  const programs = missing.map((it) => it.program).join(', ');
  const advice = `Missing ${programs}: ${wayOut ?? backingAdvice(packages)}`;

  const elevate = await elevation();
  if (elevate === undefined || (await findProgram('apt-get')) === undefined) throw new SetupError(advice);
  const logFile = join(dir, 'apt-get.log');
  const code = await withProgress(`Installing ${packages.join(', ')} with apt-get`, report, () =>
    run([...elevate, 'sh', '-c', install, 'sh', ...packages], logFile),
  );
  if (code !== 0) throw new SetupError(`apt-get failed (see ${logFile}). ${advice}`);
  const stillMissing = await missingOf(missing);
  if (stillMissing.length > 0) throw new SetupError(advice);
}

async function missingOf(needs: readonly ProgramNeed[]): Promise<readonly ProgramNeed[]> {
  const found = await Promise.all(needs.map((need) => need.find()));
  return needs.filter((_, index) => found[index] === undefined);
}

/** The words to put before a command that needs root; undefined when there is no way to be root. */
async function elevation(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = await findProgram('sudo');
  if (sudo === undefined || (await run([sudo, '-n', 'true'], '/dev/null')) !== 0) return undefined;
  return [sudo, '-n'];
}

async function run([command = '', ...args]: readonly string[], logFile: string): Promise<number | null> {
  const log = openSync(logFile, 'a');
  try {
    // Detached: an interrupt from the terminal must not reach dpkg half-way through an installation.
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
    const [code]: (number | null)[] = await once(child, 'exit');
    return code ?? null;
  } finally {
    closeSync(log);
  }
}
