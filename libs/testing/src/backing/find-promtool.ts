import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { installPrograms } from './install-programs.ts';

/** The path of Prometheus's promtool, which checks rules and tries them. @throws SetupError where there is none and none can be installed */
export async function findPromtool(report: (line: string) => void): Promise<string> {
  const program = 'promtool';
  const find = () => findProgram(program);
  const found = await find();
  if (found !== undefined) return found;
  await using logs = await mkdtempDisposable(join(tmpdir(), 'promtool-'));
  // The package brings a server too, which the installer keeps from being started.
  await installPrograms([{ program, debianPackage: 'prometheus', find }], {
    dir: logs.path,
    report,
    advice: 'for alert rules are tried with it: install Prometheus, and have promtool on the PATH.',
  });
  return (await find()) ?? program;
}
