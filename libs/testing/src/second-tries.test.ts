import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startVitest } from 'vitest/node';
import { SecondTries } from './second-tries.ts';

const sample = `
import { expect, test } from 'vitest';
let tries = 0;
test('holds at once', () => {});
test('holds the second time', () => { tries += 1; expect(tries).toBe(2); });
test('holds never', () => { expect(tries).toBe(-1); });
`;

test('tests that held at a second try only are named with what they met first, and those that never hold are not', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'second-tries-'));
  await writeFile(join(folder.path, 'sample.test.mjs'), sample);
  const file = join(folder.path, 'told.txt');
  const run = await startVitest(
    'test',
    [],
    { root: folder.path, config: false, watch: false, retry: 1, include: ['*.test.mjs'] },
    { test: { reporters: [new SecondTries(file)] } },
  );
  await run.close();
  // The sample fails by design: this run does not.
  process.exitCode = undefined;
  const told = await readFile(file, 'utf8');
  expect(told).toMatch(
    /^passed at a second try only: 1\nsample\.test\.mjs > holds the second time\n {4}.*expected 1 to be 2/,
  );
  expect(told).not.toContain('never');
});
