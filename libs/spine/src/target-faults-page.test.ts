import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTarget, targetFaults } from './target.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rows = Array.from(
  page.matchAll(/^\| `([a-z-]+)` +\| `(\/[^`]*|https:[^`]*)` +\| \S.*\| \S.*\|$/gm),
  ([, fault = '', example = '']) => ({ fault, example }),
);

test('the page of refusals lists every fault of a target', () => {
  expect(rows.map(({ fault }) => fault)).toEqual(targetFaults);
});

test.for(rows)('its example of $fault is refused for that: $example', ({ fault, example }) => {
  expect(parseTarget(example)).toEqual({ ok: false, fault });
});
