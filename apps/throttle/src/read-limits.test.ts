import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@ssp/service';
import { expect, test } from 'vitest';
import { defaultLimits } from './limits/default-limits.ts';
import { readLimits } from './read-limits.ts';

async function readText(text: string) {
  await using resources = new AsyncDisposableStack();
  const dir = resources.adopt(await mkdtemp(join(tmpdir(), 'limits-')), (it) => rm(it, { recursive: true }));
  const file = join(dir, 'limits.json');
  await writeFile(file, text);
  return await readLimits(file);
}

test('without a file the defaults hold', async () => {
  expect(await readLimits(undefined)).toBe(defaultLimits);
});

test('a file states all of the limits', async () => {
  const text = '{ "classes": {}, "costs": {}, "shares": { "weights": {}, "below": 0.5 }, "limits": [] }';
  expect((await readText(text)).limits).toEqual([]);
});

test.for([
  { fault: 'no JSON', text: '{', expected: /cannot be read as JSON/ },
  { fault: 'no object', text: '[]', expected: /the whole: / },
  { fault: 'an unknown key', text: '{ "consumr": {} }', expected: /consumr/ },
  {
    fault: 'a limit without figures',
    text: '{ "limits": [{ "id": "a", "per": "global" }] }',
    expected: /limits/,
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
