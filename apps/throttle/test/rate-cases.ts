import { asking, rate } from './sample-asks.ts';
import { admitted, type Case, refused, times } from './step.ts';

const hourUs = 3_600_000_000;

/** One bucket of three, of which one comes back every 100 ms. */
const three = { intervalUs: 100_000, burst: 3 };
const ofThree = asking([rate('consumer', 'c', three)]);
const wide = rate('global', 'g', { intervalUs: 10, burst: 1_000 });

/** How rates are taken from. */
export const rates: readonly Case[] = [
  {
    title: 'a bucket gives its burst at once, then what comes back',
    steps: [
      {
        atUs: 0,
        asks: times(4, ofThree),
        expected: [
          { admitted: true, gate: 0, remaining: 2, resetUs: 100_000, retryAfterUs: 0 },
          { admitted: true, remaining: 1, resetUs: 200_000 },
          { admitted: true, remaining: 0, resetUs: 300_000 },
          { admitted: false, gate: 0, remaining: 0, resetUs: 300_000, retryAfterUs: 100_000 },
        ],
      },
      { atUs: 99_999, asks: [ofThree], expected: [{ ...refused, retryAfterUs: 1 }] },
      { atUs: 100_000, asks: [ofThree], expected: [{ ...admitted, remaining: 0 }] },
      { atUs: 3_000_000, asks: [ofThree], expected: [{ ...admitted, remaining: 2 }] },
    ],
  },
  {
    title: 'a cost is taken whole or not at all',
    steps: [
      {
        atUs: 0,
        asks: [
          { ...ofThree, cost: 2 },
          { ...ofThree, cost: 2 },
          { ...ofThree, cost: 1 },
        ],
        expected: [
          { ...admitted, remaining: 1, resetUs: 200_000 },
          { ...refused, remaining: 1, resetUs: 200_000, retryAfterUs: 100_000 },
          { ...admitted, remaining: 0, resetUs: 300_000 },
        ],
      },
    ],
  },
  {
    title: 'a cost beyond the burst takes a full bucket',
    steps: [
      { atUs: 0, asks: [{ ...ofThree, cost: 50 }], expected: [{ ...admitted, remaining: 0 }] },
      { atUs: 299_999, asks: [{ ...ofThree, cost: 50 }], expected: [{ ...refused, retryAfterUs: 1 }] },
      { atUs: 300_000, asks: [{ ...ofThree, cost: 50 }], expected: [admitted] },
    ],
  },
  {
    title: 'a refusal takes from no bucket; the first without room speaks, and the longest wait counts',
    steps: [
      {
        atUs: 0,
        asks: [
          asking([
            rate('consumer', 'c', { intervalUs: 100, burst: 1 }),
            rate('provider', 'p', { intervalUs: 300, burst: 1 }),
          ]),
          asking([
            wide,
            rate('consumer', 'c', { intervalUs: 100, burst: 1 }),
            rate('provider', 'p', { intervalUs: 300, burst: 1 }),
          ]),
          asking([wide]),
        ],
        expected: [admitted, { ...refused, gate: 1, retryAfterUs: 300 }, { ...admitted, remaining: 999 }],
      },
    ],
  },
  {
    title: 'the bucket with the least left speaks for an admission',
    steps: [
      {
        atUs: 0,
        asks: [asking([wide, rate('consumer', 'c', three), wide])],
        expected: [{ ...admitted, gate: 1, remaining: 2, resetUs: 100_000 }],
      },
    ],
  },
  {
    title: 'a limit in shadow mode takes while it has room, then is named, and never speaks',
    steps: [
      {
        atUs: 0,
        asks: times(3, asking([rate('consumer', 'c', { ...three, burst: 2 }, { mode: 'shadow' }), wide])),
        expected: [
          { ...admitted, gate: 1, shadowed: [] },
          { ...admitted, gate: 1, shadowed: [] },
          { ...admitted, gate: 1, shadowed: [0] },
        ],
      },
      // What was let through beyond it was not taken.
      {
        atUs: 100_000,
        asks: [asking([rate('consumer', 'c', { ...three, burst: 2 })])],
        expected: [admitted],
      },
    ],
  },
  {
    title: 'where no limit holds nobody is refused, and none speaks',
    steps: [{ atUs: 0, asks: [asking([])], expected: [{ ...admitted, gate: -1 }] }],
  },
  {
    title: 'a clock set back makes nobody wait longer than an empty bucket does',
    steps: [
      { atUs: hourUs, asks: times(3, ofThree), expected: times(3, admitted) },
      { atUs: 0, asks: [ofThree], expected: [{ ...refused, resetUs: 300_000, retryAfterUs: 100_000 }] },
      { atUs: 100_000, asks: [ofThree], expected: [admitted] },
    ],
  },
  {
    title: 'a clock set forward gives no more than a full bucket',
    steps: [
      { atUs: 0, asks: times(3, ofThree), expected: times(3, admitted) },
      { atUs: hourUs, asks: times(4, ofThree), expected: [...times(3, admitted), refused] },
    ],
  },
  {
    title: 'a limit made smaller keeps the use so far, and waits no longer than it says itself',
    steps: [
      {
        atUs: 0,
        asks: times(3, asking([rate('consumer', 'c', { intervalUs: 1_000_000, burst: 10 })])),
        expected: times(3, admitted),
      },
      { atUs: 1, asks: [ofThree], expected: [{ ...refused, retryAfterUs: 100_000 }] },
      { atUs: 100_001, asks: [ofThree], expected: [admitted] },
    ],
  },
];

/** A bucket of ten, of which the lower five are for shares; 100 ms each. */
const ten = rate('provider', 'p', { intervalUs: 100_000, burst: 10 });
const sharing = (consumer: string, weight = 1) =>
  asking([ten], { share: { key: 's', consumer: `20000000000${consumer}`, weight, below: 0.5 } });

/** How a provider is shared. */
export const shares: readonly Case[] = [
  {
    title:
      'the upper part is free for all; the lower part only for shares, and no more than half of it ahead of time',
    steps: [
      {
        atUs: 0,
        asks: times(8, sharing('1')),
        expected: [
          ...times(7, admitted),
          { ...refused, gate: 1, remaining: 0, resetUs: 200_000, retryAfterUs: 50_000, weights: 1 },
        ],
      },
      // Another consumer finds its share.
      { atUs: 0, asks: [sharing('2'), sharing('2')], expected: [admitted, { ...refused, gate: 1 }] },
    ],
  },
  {
    title: 'two share the rate by their weights',
    steps: [
      { atUs: 0, asks: [...times(5, sharing('9', 1))], expected: times(5, admitted) },
      {
        atUs: 0,
        asks: [...times(2, sharing('1', 3)), ...times(2, sharing('2', 1))],
        expected: [admitted, admitted, admitted, { ...refused, weights: 4 }],
      },
    ],
  },
  {
    title: 'who is neither seen nor owes no longer takes part',
    steps: [
      { atUs: 0, asks: times(6, sharing('1')), expected: times(6, admitted) },
      { atUs: 0, asks: [sharing('2')], expected: [admitted] },
      { atUs: 2_000_000, asks: times(7, sharing('3')), expected: times(7, admitted) },
      { atUs: 2_000_000, asks: [sharing('3')], expected: [{ ...refused, weights: 1 }] },
    ],
  },
  {
    title: 'a clock set back leaves a share what it owed, and no more',
    steps: [
      { atUs: hourUs, asks: times(8, sharing('1')), expected: [...times(7, admitted), refused] },
      { atUs: 0, asks: [sharing('1')], expected: [{ ...refused, gate: 0, retryAfterUs: 100_000 }] },
      { atUs: 100_000, asks: [sharing('1')], expected: [admitted] },
    ],
  },
  {
    title: 'a share used up of a narrow limit is waited for by the wider one that replaces it',
    steps: [
      {
        atUs: 0,
        asks: times(
          2,
          asking([rate('provider', 'p', { intervalUs: 10_000_000, burst: 2 })], {
            share: { key: 's', consumer: '200000000001', weight: 1, below: 0.5 },
          }),
        ),
        expected: times(2, admitted),
      },
      { atUs: 1, asks: [sharing('1')], expected: [{ ...refused, gate: 0 }] },
      { atUs: 200_001, asks: [sharing('1')], expected: [{ ...refused, gate: 1, retryAfterUs: 650_000 }] },
    ],
  },
  {
    title: 'a share of a limit in shadow mode refuses nobody, and is named',
    steps: [
      {
        atUs: 0,
        asks: times(8, { ...sharing('1'), limits: [{ ...ten, mode: 'shadow' }] }),
        expected: [...times(7, { ...admitted, shadowed: [] }), { ...admitted, shadowed: [1] }],
      },
    ],
  },
];
