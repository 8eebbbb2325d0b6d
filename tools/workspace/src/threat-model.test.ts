import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readThreats } from './read-threats.ts';

const root = new URL('../../../', import.meta.url);
const threats = readThreats(readFileSync(new URL('docs/threat-model.md', root), 'utf8'));

/** As a title stands in the source: between quotes, or at the beginning of a longer template. */
function isInSource(file: string, title: string): boolean {
  const path = fileURLToPath(new URL(file, root));
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

test('every test that the threat model names is there', () => {
  const tests = threats.flatMap((threat) => threat.tests);
  expect(tests.length).toBeGreaterThan(80);
  expect(tests.filter(({ file, title }) => !isInSource(file, title))).toEqual([]);
});

test('each threat is answered by a test, or said to be open and why', () => {
  expect(threats.filter(({ tests, open }) => (tests.length === 0) === (open === null))).toEqual([]);
});

test('each boundary is looked at by every letter of STRIDE', () => {
  const boundaries = Map.groupBy(threats, ({ boundary }) => boundary);
  expect(boundaries.size).toBe(13);
  for (const [boundary, rows] of boundaries) {
    expect({ boundary, kinds: [...new Set(rows.map(({ kind }) => kind))].toSorted() }).toEqual({
      boundary,
      kinds: ['D', 'E', 'I', 'R', 'S', 'T'],
    });
  }
});

test('a row without an answer is seen as one', () => {
  const page =
    '## One\n\n| | Threat | Against | Test |\n| - | - | - | - |\n| S | a | b | |\n| T | a | b | open: |\n';
  expect(readThreats(page)).toEqual([
    { boundary: 'One', kind: 'S', threat: 'a', tests: [], open: null },
    { boundary: 'One', kind: 'T', threat: 'a', tests: [], open: null },
  ]);
});
