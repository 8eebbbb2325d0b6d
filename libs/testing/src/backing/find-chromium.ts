import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { installPrograms } from './install-programs.ts';

/** The path of a Chromium that tests can drive. @throws SetupError where there is none and none can be installed */
export async function findChromium(report: (line: string) => void): Promise<string> {
  const found = await chromiumHere();
  if (found !== undefined) return found;
  const need = { program: 'chromium', debianPackage: 'chromium', find: chromiumHere };
  await using logs = await mkdtempDisposable(join(tmpdir(), 'chromium-'));
  await installPrograms([need], {
    dir: logs.path,
    report,
    advice: 'for pages are tried in a browser: install Chromium or Google Chrome, and have it on the PATH.',
  });
  return (await chromiumHere()) ?? need.program;
}

async function chromiumHere(): Promise<string | undefined> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of names) {
    const program = await findProgram(name);
    if (program !== undefined) return program;
  }
  return undefined;
}
