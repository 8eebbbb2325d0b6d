import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The path of a program of this machine, or undefined; looks where servers live as well. */
export async function findProgram(name: string): Promise<string | undefined> {
  // oxlint-disable-next-line node/no-process-env -- where programs are is the environment's to say
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const dir of dirs.filter((it) => it !== '')) {
    const file = join(dir, name);
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return file;
  }
  return undefined;
}
