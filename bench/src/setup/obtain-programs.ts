import { findProgram, installPrograms } from '@ssp/testing';
import { type Report } from '../progress.ts';

/** The programs that the benchmark runs, and the Debian packages that bring them. */
const packageOf = { nginx: 'nginx', ab: 'apache2-utils' } as const;

export type Programs = Readonly<Record<keyof typeof packageOf, string>>;

/** Finds nginx and ab, installing them with apt-get where they are missing. @throws SetupError that says what to install */
export async function obtainPrograms(dir: string, report: Report): Promise<Programs> {
  const needs = Object.entries(packageOf).map(([program, debianPackage]) => ({
    program,
    debianPackage,
    find: () => findProgram(program),
  }));
  const packages = Object.values(packageOf).join(' and ');
  await installPrograms(needs, {
    dir,
    report,
    advice: `install the Debian packages ${packages}, then run this again.`,
  });
  const [nginx = 'nginx', ab = 'ab'] = await Promise.all([findProgram('nginx'), findProgram('ab')]);
  return { nginx, ab };
}
