import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

// Servers live in sbin, which is not on everybody's PATH.
const furtherDirs = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
];

/** The path of a program of this machine, or undefined. */
export async function findProgram(name: string): Promise<string | undefined> {
  // oxlint-disable-next-line node/no-process-env -- where programs are is the environment's to say
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), ...furtherDirs];
  for (const dir of dirs.filter((it) => it !== '')) {
    const file = join(dir, name);
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return file;
  }
  return undefined;
}
