import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fairnessTable } from '../../test/fairness-table.ts';
import { type Crowd, simulate } from '../../test/simulate.ts';
import { seeSharer, type Sharer, shareAsLimit, sharersMax, stillSharing } from './fair-share.ts';

const flood: Crowd = { name: 'flood', consumers: 1, perSecond: 4_000 };
const nine = (perSecond: number): Crowd => ({ name: 'nine', consumers: 9, perSecond });

test('without shares a flood leaves nine ordinary consumers next to nothing', () => {
  const [, starved] = simulate([flood, nine(15)], 0);
  expect(starved?.admitted).toBeLessThan(0.06);
});

test('with shares who asks less than a share gets it, and the flood what is left', () => {
  const [flooding, ordinary] = simulate([flood, nine(15)], 0.5);
  expect(ordinary?.admitted).toBeGreaterThan(0.99);
  const all =
    (flooding?.leastPerSecond ?? 0) + 9 * (ordinary?.askedPerSecond ?? 0) * (ordinary?.admitted ?? 0);
  expect(all).toBeCloseTo(200, 0);
});

test('where all ask for more than a share, each gets its share and no more', () => {
  for (const { leastPerSecond, mostPerSecond } of simulate([flood, nine(30)], 0.5)) {
    expect(leastPerSecond).toBeGreaterThan(19.5);
    expect(mostPerSecond).toBeLessThan(20.5);
  }
});

test('a class of weight three gets three times as much', () => {
  const [heavy, light] = simulate(
    [
      { name: 'heavy', consumers: 1, perSecond: 400, weight: 3 },
      { name: 'light', consumers: 1, perSecond: 400 },
    ],
    0.5,
  );
  expect([heavy?.leastPerSecond, light?.leastPerSecond]).toEqual([
    expect.closeTo(150, 0),
    expect.closeTo(50, 0),
  ]);
});

test('a late comer finds room at once', () => {
  const [, late] = simulate([flood, { name: 'late', consumers: 1, perSecond: 50, from: 10 }], 0.5);
  expect(late?.admitted).toBeGreaterThan(0.99);
});

/** The cells of each line, however a formatter has filled them up. */
const cells = (text: string) =>
  text.split('\n').map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')));

test('the figures of docs/throttling.md are these', { timeout: 60_000 }, () => {
  const page = readFileSync(new URL('../../../../docs/throttling.md', import.meta.url), 'utf8');
  const rows = new Set(cells(page).map((row) => row.join('|')));
  expect(cells(fairnessTable()).filter((row) => !rows.has(row.join('|')))).toEqual([]);
});

test('one more than can be remembered takes the place of the one not seen for longest', () => {
  const sharers: Sharer[] = [];
  for (let nth = 0; nth < sharersMax; nth += 1) seeSharer(sharers, String(nth), 1, 1_000 + nth);
  seeSharer(sharers, '0', 1, 5_000);
  seeSharer(sharers, 'new', 1, 6_000);
  expect(sharers).toHaveLength(sharersMax);
  expect(sharers.map(({ consumer }) => consumer)).not.toContain('1');
  expect(stillSharing(sharers, 6_000)).toHaveLength(sharersMax);
});

test.for([
  { weights: 1, weight: 1, expected: { limit: 100, windowUs: 500_000 } },
  { weights: 10, weight: 1, expected: { limit: 10, windowUs: 500_000 } },
  { weights: 10, weight: 3, expected: { limit: 29, windowUs: 29 * 16_667 } },
  { weights: 1_000, weight: 1, expected: { limit: 1, windowUs: 5_000_000 } },
])('$weight of $weights of a provider is told as $expected', ({ weights, weight, expected }) => {
  expect(shareAsLimit({ intervalUs: 5_000, burst: 400 }, { weight, below: 0.5, weights })).toEqual(expected);
});
