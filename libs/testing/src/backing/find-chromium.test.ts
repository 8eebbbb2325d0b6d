import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findChromium } from './find-chromium.ts';

afterEach(() => vi.unstubAllEnvs());

test('a browser on the PATH is taken, whichever of its names it has', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'browsers-'));
  const program = join(directory.path, 'google-chrome');
  await writeFile(program, '', { mode: 0o755 });
  vi.stubEnv('PATH', directory.path);
  expect(await findChromium(() => undefined)).toBe(program);
});

test('where there is none, one line says what to install', async () => {
  vi.stubEnv('PATH', '');
  const failure = await findChromium(() => undefined).catch(String);
  expect(failure).toMatch(/^SetupError: Missing chromium: for pages .* install Chromium or Google Chrome/);
});
