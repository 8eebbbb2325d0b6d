import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '@ssp/testing';
import { type Report } from '../progress.ts';
import { findProgram } from '@ssp/testing';

/** The programs that the benchmark runs, and the Debian packages that bring them. */
const packageOf = { nginx: 'nginx', ab: 'apache2-utils' } as const;

export type Programs = Readonly<Record<keyof typeof packageOf, string>>;

// Debian starts a server that it installs unless this policy forbids it; ours runs with its own configuration.
const install = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
get() { apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"; }
get "$@" || { apt-get -q update && get "$@"; }
`;

/** Finds nginx and ab, installing them with apt-get where they are missing. @throws SetupError that says what to install */
export async function obtainPrograms(dir: string, report: Report): Promise<Programs> {
  const missing = await missingPackages();
  if (missing.length > 0) await installPackages(missing, dir, report);
  const [nginx, ab] = await Promise.all([findProgram('nginx'), findProgram('ab')]);
  if (nginx === undefined || ab === undefined) throw new SetupError(advice(await missingPackages()));
  return { nginx, ab };
}

async function missingPackages(): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(packageOf).map(async ([program, name]) =>
      (await findProgram(program)) === undefined ? [name] : [],
    ),
  );
  return found.flat();
}

async function installPackages(packages: readonly string[], dir: string, report: Report): Promise<void> {
  const aptGet = await findProgram('apt-get');
  const sudo = await findProgram('sudo');
  const isRoot = process.getuid?.() === 0;
  if (aptGet === undefined || (!isRoot && sudo === undefined)) throw new SetupError(advice(packages));
  report(`installing ${packages.join(', ')} with apt-get`);
  const elevate = isRoot || sudo === undefined ? [] : [sudo, '-n'];
  const [command = '', ...args] = [...elevate, 'sh', '-c', install, 'sh', ...packages];
  const logFile = join(dir, 'apt-get.log');
  const log = openSync(logFile, 'a');
  try {
    // Detached: an interrupt from the terminal must not reach dpkg half-way through an installation.
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
    const [code]: (number | null)[] = await once(child, 'exit');
    if (code !== 0)
      throw new SetupError(`${advice(packages)} (apt-get failed: see .local/bench/apt-get.log)`);
  } finally {
    closeSync(log);
  }
}

function advice(packages: readonly string[]): string {
  return `The benchmark needs the Debian packages ${packages.join(' and ')}: install them, then run this again.`;
}
