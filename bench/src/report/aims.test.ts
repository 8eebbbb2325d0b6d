import { expect, test } from 'vitest';
import { type Round } from '../measure-round.ts';
import { aloneName, forwardingName, platformName, yardstickName } from '../systems.ts';
import { aimTable } from './aim-table.ts';
import { costAims, latencyAims } from './aims.ts';

const round = (name: string, edgeUs: number, sumUs: number, inFlight = 32): Round => ({
  system: { name, proxyUrl: '', own: [], beside: [], isBooked: false },
  inFlight,
  ownUs: new Map([['edge', edgeUs]]),
  besideUs: new Map(),
  sumUs,
  stageMs: new Map(),
  load: {
    completed: 1,
    failed: 0,
    non2xx: 0,
    keptAlive: 1,
    bodyBytes: 1,
    perSecond: 1,
    medianMs: 1,
    p99Ms: 1,
    tls: '',
  },
});

const turn = (edgeUs: number, forwardingUs: number, aloneUs: number) => [
  round(platformName, edgeUs, edgeUs + 300),
  round(forwardingName, forwardingUs, forwardingUs),
  round(yardstickName, 0, 2 * aloneUs),
  round(aloneName, 0, aloneUs),
];
const costs = [
  ...turn(200, 150, 50),
  ...turn(220, 180, 50),
  ...turn(210, 150, 60),
  round(platformName, 900, 999, 1),
];

test('the edge’s own process counts alone, at 32 in flight, and every ratio is taken within its round', () => {
  expect(costAims(costs)).toMatchObject([
    { atMost: 211, value: 210, least: 200, most: 220 },
    { atMost: null, value: 4, least: 3.5, most: 4.4 },
    { atMost: null, value: 2, least: 1.75, most: 2.2 },
    { atMost: 3, value: 3, least: 2.5, most: 3.6 },
  ]);
});

test('nothing measured aims at nothing', () => {
  expect(costAims([])).toEqual([]);
});

const result = (...latenciesMs: readonly number[]) => ({
  latenciesMs,
  lagsMs: [0],
  refused: 0,
  newConnections: 0,
});

test('a median of 2 ms more and a 99th percentile of 10 ms more are the limits', () => {
  const turns = [{ through: result(3, 3, 30), direct: result(1, 1, 2) }];
  expect(
    latencyAims({ turns, perSecond: 138, arrivals: 'fixed', secondsEach: 1, sent: 3, refused: 0 }),
  ).toMatchObject([
    { name: 'added latency at 138 requests/s, p50', atMost: 2, value: 2 },
    { name: 'added latency at 138 requests/s, p99', atMost: 10, value: 28 },
  ]);
});

test('the table says of each aim whether it holds, and of a mere figure nothing', () => {
  const range = { least: 1, most: 9 };
  const text = aimTable([
    { ...range, name: 'cost', unit: 'µs', atMost: 211, value: 211 },
    { ...range, name: 'ratio', unit: '', atMost: 3, value: 3.01 },
    { ...range, name: 'aside', unit: '', atMost: null, value: 4 },
  ]);
  const cells = text.split('\n').map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(cells.slice(2)).toEqual([
    ['cost', '211 µs', '211 µs', '1–9', 'yes'],
    ['ratio', '3', '3.01', '1.00–9.00', 'no'],
    ['aside', '', '4.00', '1.00–9.00', ''],
  ]);
});
