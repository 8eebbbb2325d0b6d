import { type CallerReport } from '../src/counting/counters.ts';
import { asking, inFlight } from './sample-asks.ts';
import { admitted, type Case, refused, times } from './step.ts';

const hourUs = 3_600_000_000;
const open = (max: number, mode: 'enforce' | 'shadow' = 'enforce') =>
  asking([], { providerInFlight: inFlight('h', max, { mode }) });
const says = (edge: string, sequence: number, count: number, inFlightNow = count): CallerReport => ({
  edge,
  sequence,
  inFlight: inFlightNow,
  counts: new Map([['h', count]]),
});

/** How what is open is counted. */
export const flights: readonly Case[] = [
  {
    title: 'what all edges have open counts together, and a batch adds to it',
    steps: [
      { atUs: 0, asks: [], caller: says('a', 1, 2), expected: [] },
      {
        atUs: 0,
        asks: times(3, open(4)),
        caller: says('b', 1, 0),
        expected: [admitted, admitted, { ...refused, gate: 1, retryAfterUs: 1_000_000 }],
      },
      // Two have ended at b.
      { atUs: 1, asks: [open(4)], caller: says('b', 2, 0), expected: [admitted] },
    ],
  },
  {
    title: 'an edge that has died is forgotten after ten seconds, one that tells again is not',
    steps: [
      { atUs: 0, asks: [], caller: says('dead', 1, 3), expected: [] },
      { atUs: 0, asks: [], caller: says('alive', 1, 1), expected: [] },
      { atUs: 9_000_000, asks: [open(4)], caller: says('alive', 2, 1), expected: [refused] },
      {
        atUs: 10_000_000,
        asks: times(4, open(4)),
        caller: says('c', 1, 0),
        expected: [...times(3, admitted), refused],
      },
    ],
  },
  {
    title: 'an older report never replaces a newer one, whose count has its asks in it already',
    steps: [
      { atUs: 0, asks: [open(3)], caller: says('a', 2, 2), expected: [admitted] },
      { atUs: 1, asks: [open(3), open(3)], caller: says('a', 1, 0), expected: [admitted, admitted] },
      { atUs: 2, asks: [open(3)], caller: says('b', 1, 0), expected: [refused] },
    ],
  },
  {
    title: 'a clock set back keeps no lease for longer than one told now',
    steps: [
      { atUs: hourUs, asks: [], caller: says('dead', 1, 4), expected: [] },
      { atUs: 0, asks: [], caller: says('dead', 2, 4), expected: [] },
      { atUs: 10_000_000, asks: [open(4)], caller: says('b', 1, 0), expected: [admitted] },
    ],
  },
  {
    title: 'beyond a limit in shadow mode what is open counts all the same',
    steps: [
      {
        atUs: 0,
        asks: times(3, open(1, 'shadow')),
        caller: says('a', 1, 0),
        expected: [
          { ...admitted, shadowed: [] },
          { ...admitted, shadowed: [1] },
          { ...admitted, shadowed: [1] },
        ],
      },
      { atUs: 0, asks: [open(3)], caller: says('b', 1, 0), expected: [refused] },
    ],
  },
  {
    title: 'an edge has no more open itself than it may',
    steps: [
      {
        atUs: 0,
        asks: times(3, asking([], { edgeInFlight: { rule: 'e', max: 7, mode: 'enforce' } })),
        caller: says('a', 1, 0, 5),
        expected: [admitted, admitted, { ...refused, gate: 2 }],
      },
    ],
  },
  {
    title: 'a caller that does not say who it is meets the limit, and adds nothing to it',
    steps: [
      { atUs: 0, asks: times(3, open(2)), expected: [admitted, admitted, refused] },
      { atUs: 0, asks: [open(2)], expected: [admitted] },
    ],
  },
];
