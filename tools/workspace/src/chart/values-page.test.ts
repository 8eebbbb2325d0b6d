import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { chartFolder } from './render-chart.ts';
import { describedValues, valuesHeading, valuesPage } from './values-page.ts';

const yaml = readFileSync(`${chartFolder}values.yaml`, 'utf8');
const page = readFileSync(fileURLToPath(new URL('../../../../docs/kubernetes.md', import.meta.url)), 'utf8');

test('the page lists the values as the chart has them: npm run docs:chart', () => {
  expect(page.slice(page.indexOf(valuesHeading))).toBe(valuesPage(yaml));
});

test('a comment is of the value below it and of those that follow at once, and of no group beside or below', () => {
  const told = describedValues(
    `
a:
  # First
  one: 1
  group:
    # Within
    two: 2
    three: 3
  four: 4

# Whole
whole:
  five: 5

# Last
six: 6
seven: 7

eight: 8
`,
  );
  expect(told.map(({ path, meaning }) => `${path.join('.')}: ${meaning}`)).toEqual([
    'a.one: First',
    'a.group.two: Within',
    'a.group.three: Within',
    'whole: Whole',
    'six: Last',
    'seven: Last',
  ]);
});

/** Paths of all values that are no groups of values. */
function leaves(values: unknown, path: readonly string[] = []): string[] {
  const group = z.record(z.string(), z.unknown()).safeParse(values);
  if (!group.success || Object.keys(group.data).length === 0) return [path.join('.')];
  return Object.entries(group.data).flatMap(([key, value]) => leaves(value, [...path, key]));
}

test('every value is on the page', () => {
  const described = Array.from(page.matchAll(/^\| `([\w.-]+)` \|/gm), ([, path = '']) => path);
  const missing = leaves(parse(yaml)).filter(
    (path) => !described.some((it) => `${path}.`.startsWith(`${it}.`)),
  );
  expect(missing).toEqual([]);
});
