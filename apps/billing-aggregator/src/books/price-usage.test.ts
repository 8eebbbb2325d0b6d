import { expect, test } from 'vitest';
import { priceOf, inForce } from './in-force.ts';
import { minimumFor, priceUsage } from './price-usage.ts';
import { readTariffFile } from './read-tariff-file.ts';
import { type TariffFile } from './tariff-file.ts';

function tariffs(text: string): TariffFile {
  const read = readTariffFile(text);
  if (!read.read) throw new Error(JSON.stringify(read.faults));
  return read.file;
}

const held = tariffs(`
prices:
  - { id: any, from: 2026-01, supplier: any, interaction: any, outcome: any, price: 1 }
  - { id: any-2xx, from: 2026-01, supplier: any, interaction: any, outcome: 2xx, price: 2 }
  - { id: read, from: 2026-01, supplier: any, interaction: read, outcome: any, price: 3 }
  - { id: read-2xx, from: 2026-01, supplier: any, interaction: read, outcome: 2xx, price: 4 }
  - { id: a, from: 2026-01, supplier: A, interaction: any, outcome: any, price: 5 }
  - { id: a-read-old, from: 2026-01, supplier: A, interaction: read, outcome: 2xx, price: 6 }
  - { id: a-read-new, from: 2026-03, until: 2026-04, supplier: A, interaction: read, outcome: 2xx, price: 7 }
minimums:
  - { id: least, from: 2026-02, supplier: any, amount: 10 }
  - { id: least-a, from: 2026-03, supplier: A, amount: 20.50 }
`);

test.for([
  { month: '2025-12', supplier: 'A', interaction: 'read', outcome: '2xx', expected: null },
  { month: '2026-01', supplier: 'B', interaction: 'write', outcome: '4xx', expected: 'any' },
  { month: '2026-01', supplier: 'B', interaction: 'write', outcome: '2xx', expected: 'any-2xx' },
  { month: '2026-01', supplier: 'B', interaction: 'read', outcome: '4xx', expected: 'read' },
  { month: '2026-01', supplier: 'B', interaction: 'read', outcome: '2xx', expected: 'read-2xx' },
  // The supplier's own goes before anything that is finer elsewhere.
  { month: '2026-01', supplier: 'A', interaction: 'read', outcome: '4xx', expected: 'a' },
  { month: '2026-02', supplier: 'A', interaction: 'read', outcome: '2xx', expected: 'a-read-old' },
  { month: '2026-03', supplier: 'A', interaction: 'read', outcome: '2xx', expected: 'a-read-new' },
  { month: '2026-04', supplier: 'A', interaction: 'read', outcome: '2xx', expected: 'a-read-new' },
  // What has ended does not give way to what it replaced.
  { month: '2026-05', supplier: 'A', interaction: 'read', outcome: '2xx', expected: 'a' },
])('in $month $supplier is paid for $interaction $outcome by $expected', ({ month, expected, ...paid }) => {
  expect(priceOf(inForce(held, month), paid)?.id ?? null).toBe(expected);
});

test.for([
  { month: '2026-01', supplier: 'A', expected: null },
  { month: '2026-02', supplier: 'A', expected: 'least' },
  { month: '2026-03', supplier: 'A', expected: 'least-a' },
  { month: '2026-03', supplier: 'B', expected: 'least' },
])('in $month $supplier has the minimum $expected', ({ month, supplier, expected }) => {
  expect(minimumFor(held, month, supplier)?.id ?? null).toBe(expected);
});

const graduated = tariffs(`
prices:
  - id: steps
    from: 2026-01
    supplier: any
    interaction: any
    outcome: any
    tiers: [{ upTo: 100, price: 0.0125 }, { upTo: 150, price: 0.01 }, { price: 0.005 }]
minimums: []
`);

test('the steps of a price count all that it prices, kind after kind', () => {
  const { lines, unpriced } = priceUsage(graduated, '2026-03', 'A', [
    { interaction: 'write', outcome: '2xx', quantity: 70 },
    { interaction: 'read', outcome: '4xx', quantity: 0 },
    { interaction: 'read', outcome: '2xx', quantity: 90 },
  ]);
  expect(unpriced).toEqual([]);
  expect(lines.map((line) => [line.interaction, line.tier, line.after, line.quantity, line.amount])).toEqual([
    // 90 × 1.25 p = 112.5 p: half-way, so to the even penny.
    ['read', 1, 0, 90, 112n],
    ['write', 1, 0, 10, 12n],
    ['write', 2, 10, 50, 50n],
    ['write', 3, 60, 10, 5n],
  ]);
});

test('what comes later is priced from where the statements left off', () => {
  const before = [{ interaction: 'read', outcome: '2xx', quantity: 120 }];
  const { lines } = priceUsage(
    graduated,
    '2026-03',
    'A',
    [{ interaction: 'read', outcome: '2xx', quantity: 40 }],
    before,
  );
  expect(lines.map(({ tier, after, quantity }) => [tier, after, quantity])).toEqual([
    [2, 0, 30],
    [3, 30, 10],
  ]);
});

test('what no price fits is told, and never free', () => {
  const counts = [{ interaction: 'read', outcome: '2xx', quantity: 3 }];
  expect(priceUsage(graduated, '2025-12', 'A', counts)).toEqual({ lines: [], unpriced: counts });
});

/** Every request by itself, with no arithmetic in common. */
function recount(counts: ReadonlyMap<string, number>): bigint {
  let position = 0;
  let millionths = 0n;
  for (const kind of [...counts.keys()].toSorted()) {
    for (let one = 0; one < (counts.get(kind) ?? 0); one += 1) {
      position += 1;
      if (position <= 100) millionths += 20_000n;
      else millionths += position <= 150 ? 10_000n : 0n;
    }
  }
  return millionths / 10_000n;
}

test('the lines of any usage, whole or in two statements, come to the sum of its requests one by one', () => {
  const pence = tariffs(`
prices:
  - id: steps
    from: 2026-01
    supplier: any
    interaction: any
    outcome: any
    tiers: [{ upTo: 100, price: 0.02 }, { upTo: 150, price: 0.01 }, { price: 0.00 }]
minimums: []
`);
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const kinds = ['a', 'b', 'c'].slice(0, 1 + next(3));
    const first = kinds.map((interaction) => ({ interaction, outcome: '2xx', quantity: next(120) }));
    const late = kinds.map((interaction) => ({ interaction, outcome: '2xx', quantity: next(60) }));
    const whole = new Map(
      kinds.map((kind, index) => [kind, (first[index]?.quantity ?? 0) + (late[index]?.quantity ?? 0)]),
    );
    const all = [
      ...priceUsage(pence, '2026-03', 'A', first).lines,
      ...priceUsage(pence, '2026-03', 'A', late, first).lines,
    ];
    const sum = all.reduce((total, { amount }) => total + amount, 0n);
    expect(sum).toBe(recount(whole));
    expect(all.reduce((total, { quantity }) => total + quantity, 0)).toBe(
      [...whole.values()].reduce((total, quantity) => total + quantity, 0),
    );
  }
});
