import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@ssp/service';
import { expect, test } from 'vitest';
import { readLimits } from './read-limits.ts';

async function readText(text: string) {
  await using resources = new AsyncDisposableStack();
  const dir = resources.adopt(await mkdtemp(join(tmpdir(), 'limits-')), (it) => rm(it, { recursive: true }));
  const file = join(dir, 'limits.json');
  await writeFile(file, text);
  return await readLimits(file);
}

test('without a file the defaults hold', async () => {
  expect(await readLimits(undefined)).toEqual({
    consumer: { intervalUs: 2_000, burst: 1_000 },
    provider: { intervalUs: 5_000, burst: 400 },
    global: { intervalUs: 334, burst: 6_000 },
    consumers: {},
    providers: {},
    interactions: [],
  });
});

test('what a file leaves out keeps its default', async () => {
  const limits = await readText('{ "consumers": { "200000000359": { "perSecond": 3, "burst": 5 } } }');
  expect(limits.consumers).toEqual({ '200000000359': { intervalUs: 333_334, burst: 5 } });
  expect(limits.provider).toEqual({ intervalUs: 5_000, burst: 400 });
});

test.for([
  { fault: 'no JSON', text: '{', expected: /cannot be read as JSON/ },
  { fault: 'no object', text: '[]', expected: /the whole: / },
  { fault: 'an unknown key', text: '{ "consumr": {} }', expected: /consumr/ },
  {
    fault: 'a wrong figure',
    text: '{ "global": { "perSecond": 0, "burst": 1 } }',
    expected: /global\.perSecond: /,
  },
  { fault: 'half a limit', text: '{ "global": { "perSecond": 5 } }', expected: /global\.burst: / },
  {
    fault: 'a wrong ASID',
    text: '{ "consumers": { "7": { "perSecond": 1, "burst": 1 } } }',
    expected: /consumers\.7: /,
  },
])('a file with $fault stops the start with one line that says so', async ({ text, expected }) => {
  const error = await readText(text).catch((it: unknown) => it);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(expected);
  expect(String(error)).toMatch(/^ConfigError: THROTTLE_LIMITS_FILE \S+limits\.json /);
  expect(String(error)).not.toContain('\n');
});

test('a file that is not there is named', async () => {
  await expect(readLimits('/nowhere/limits.json')).rejects.toThrow(
    'THROTTLE_LIMITS_FILE /nowhere/limits.json',
  );
});
