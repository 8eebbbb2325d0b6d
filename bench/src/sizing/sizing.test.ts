import { expect, test } from 'vitest';
import { costAt, type Figures } from './figures.ts';
import { findLimits } from './find-limits.ts';
import { readFigures, readTable } from './read-figures.ts';
import { simulateEdges } from './simulate-edges.ts';
import { sizePlatform } from './size-platform.ts';
import { readSizingArguments } from './sizing-arguments.ts';
import { nation, usualAssumptions } from './volumes.ts';

const us = (edge: number) => ({
  edge,
  authz: 10,
  throttle: 20,
  'audit-writer': 100,
  'billing-aggregator': 50,
  redis: 10,
  kafka: 40,
  postgres: 200,
});
const figures: Figures = {
  rows: [
    { requestsPerSecond: 500, us: us(1_000) },
    { requestsPerSecond: 1_000, us: us(500) },
    { requestsPerSecond: 4_000, us: us(200) },
  ],
  auditRowBytes: 4_000,
  eventBytes: 5_000,
  eventsPerSecondOfTwoWriters: 20_000,
  ledgerBytes: 150,
  sumsBytes: 200,
  redisUsAtWorst: 50,
  collectionMs: 3,
};

test.for([
  { rate: 1, expected: 1_000 },
  { rate: 500, expected: 1_000 },
  { rate: 750, expected: 750 },
  { rate: 1_000, expected: 500 },
  { rate: 2_500, expected: 350 },
  { rate: 4_000, expected: 200 },
  { rate: Infinity, expected: 200 },
])('a request costs $expected µs at $rate/s', ({ rate, expected }) => {
  expect(costAt(figures, rate, 'edge')).toBe(expected);
});

test('nothing costs nothing: what was not measured is an error', () => {
  expect(() => costAt(figures, 1, 'door')).toThrow(RangeError);
});

test.for([
  { peak: 1, edges: 2 },
  { peak: 2_500, edges: 2 },
  { peak: 2_501, edges: 3 },
  { peak: 25_000, edges: 11 },
])('a peak of $peak/s takes $edges edges, one of them to spare', ({ peak, edges }) => {
  expect(sizePlatform(figures, peak, usualAssumptions).services.edge.processes).toBe(edges);
});

test('the nation takes what its exchanges weigh', () => {
  const size = sizePlatform(figures, nation.peakPerSecond, usualAssumptions);
  expect(size).toMatchObject({ brokers: 3, partitions: 6, shards: 1 });
  expect(size.exchangesPerMonth).toBeCloseTo(140.4e6);
  expect(size.auditGbPerMonth).toBeCloseTo((140.4e6 * 2 * 4_000) / 1e9);
  expect(size.usageGbPerMonth).toBeCloseTo((140.4e6 * 350) / 1e9);
  expect(size.postgresTb).toBeCloseTo(13.4784);
  expect(size.kafkaMbPerSecond).toBeCloseTo(0.6895);
  expect(size.kafkaTb).toBeCloseTo((54.2 * 5_000 * 14 * 86_400 * 3) / 1e12);
  expect(size.postgresCores).toBeCloseTo(0.02758);
});

test('twice the nation takes twice the data, and the audit a second database', () => {
  const one = sizePlatform(figures, nation.peakPerSecond, usualAssumptions);
  const two = sizePlatform(figures, 2 * nation.peakPerSecond, usualAssumptions);
  expect(two.auditGbPerMonth).toBeCloseTo(2 * one.auditGbPerMonth);
  expect(two.shards).toBe(2);
});

const shards = (assumed: Partial<typeof usualAssumptions>) =>
  sizePlatform(figures, nation.peakPerSecond, { ...usualAssumptions, ...assumed }).shards;

test('who keeps more, needs more databases; who has larger ones, fewer', () => {
  expect(shards({ auditMonths: 36 })).toBe(3);
  expect(shards({ auditMonths: 36, postgresTb: 64 })).toBe(1);
});

test('the limits are told the nearest first, each where its own arithmetic puts it', () => {
  const limits = findLimits(figures, usualAssumptions);
  const rates = limits.map(({ perSecond }) => perSecond);
  expect(rates).toEqual(rates.toSorted((one, other) => one - other));
  const at = (what: string) => limits.find((it) => it.what.includes(what))?.perSecond;
  expect(at('one thread of Redis with four')).toBe(50_000);
  expect(at('every kind of limit')).toBe(10_000);
  expect(at('two writers')).toBe(5_000);
  expect(at('one Postgres of 32 cores')).toBe(80_000);
  expect(at('one Postgres of 16 TB')).toBeCloseTo((16e12 / 12 / 8_000 / 140.4e6) * 137.9);
});

const simulated = {
  edges: 3,
  serviceMs: 1,
  pause: { everyRequests: Infinity, ms: 0 },
  requests: 400_000,
  oneDies: false,
  seed: 1,
};

test.for([0.3, 0.5, 0.8])('the simulation agrees with the theory of one server at %d busy', (busy) => {
  const { before } = simulateEdges({ ...simulated, requestsPerSecond: 3 * busy * 1_000 });
  // The time in an M/M/1 queue is distributed exponentially about 1 / (1 - busy).
  const mean = 1 / (1 - busy);
  for (const [time, times] of [
    [before.p50, Math.log(2)],
    [before.p99, Math.log(100)],
  ] as const) {
    expect(time / (mean * times)).toBeGreaterThan(0.9);
    expect(time / (mean * times)).toBeLessThan(1.1);
  }
});

const run = (seed: number) =>
  simulateEdges({ ...simulated, requestsPerSecond: 1_500, requests: 1_000, seed });

test('the same seed gives the same times, another one gives others', () => {
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
});

test('a death makes the others busier, and so does a pause', () => {
  const rate = { ...simulated, requestsPerSecond: 1_500 };
  const { before, after } = simulateEdges({ ...rate, oneDies: true });
  expect(after.p99).toBeGreaterThan(1.5 * before.p99);
  const paused = simulateEdges({ ...rate, pause: { everyRequests: 100, ms: 20 } });
  expect(paused.before.p99).toBeGreaterThan(before.p99);
});

test('the pages of the benches say every figure that sizes follow from', async () => {
  const read = await readFigures();
  expect(read.rows.length).toBeGreaterThan(1);
  const { rows, ...others } = read;
  for (const figure of Object.values(others)) expect(figure).toBeGreaterThan(0);
  const rates = rows.map(({ requestsPerSecond }) => requestsPerSecond);
  expect(rates).toEqual(rates.toSorted((one, other) => one - other));
  expect(Math.min(...rates)).toBeGreaterThan(0);
});

test('a table is found by its heading, and none where there is none', () => {
  const page = '## One\n\n| a | b |\n| - | -: |\n| x | 1 |\n\n## Two\n\ntext';
  expect(readTable(page, 'One')).toEqual([{ a: 'x', b: '1' }]);
  expect(readTable(page, 'Two')).toEqual([]);
  expect(readTable(page, 'Three')).toEqual([]);
});

test('the command line takes sizes, and nothing else for one', () => {
  expect(readSizingArguments(['--rate', '138', '--rate', '1', '--busy', '0.6'])).toMatchObject({
    rates: [138, 1],
    assumed: { ...usualAssumptions, busyMost: 0.6 },
    write: false,
  });
  for (const wrong of [
    ['--rate', '0'],
    ['--rate', 'x'],
    ['--busy', '2'],
    ['--audit-months', '-1'],
    ['--what'],
  ]) {
    expect(() => readSizingArguments(wrong)).toThrow(/is no size|Unknown option|ambiguous/);
  }
});
