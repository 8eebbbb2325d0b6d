import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreeOnTime } from './agree-on-time.ts';

const tell = (source: string, leadMs: number, boundMs = 10) => ({ source, leadMs, boundMs });

test.for([
  { what: 'one of one', tellings: [tell('a', 5)], sources: 1, leadMs: 5, agreeing: 'a' },
  { what: 'two of two', tellings: [tell('a', 0), tell('b', 10)], sources: 2, leadMs: 5, agreeing: 'ab' },
  {
    what: 'two of three, the third a liar',
    tellings: [tell('a', 0), tell('b', 1_000), tell('c', 4)],
    sources: 3,
    leadMs: 2,
    agreeing: 'ac',
  },
  {
    what: 'two of three, the third silent',
    tellings: [tell('a', 0), tell('b', 4)],
    sources: 3,
    leadMs: 2,
    agreeing: 'ab',
  },
  {
    what: 'the surest says most',
    tellings: [tell('a', 0, 100), tell('b', 50, 1), tell('c', 40, 200)],
    sources: 3,
    leadMs: 50,
    agreeing: 'abc',
  },
  {
    what: 'ends that touch',
    tellings: [tell('a', 0), tell('b', 20)],
    sources: 2,
    leadMs: 10,
    agreeing: 'ab',
  },
  {
    what: 'one that overlaps two that are apart',
    tellings: [tell('a', 0, 100), tell('b', -95), tell('c', 95)],
    sources: 3,
    leadMs: 0,
    agreeing: 'abc',
  },
  {
    what: 'three of five',
    tellings: [tell('a', 0), tell('b', 900), tell('c', 905), tell('d', 3), tell('e', -2)],
    sources: 5,
    leadMs: 0.5,
    agreeing: 'ade',
  },
])('a majority agrees: $what', ({ tellings, sources, leadMs, agreeing }) => {
  const agreement = agreeOnTime(tellings, sources);
  expect(agreement?.leadMs).toBe(leadMs);
  expect([...(agreement?.agreeing ?? [])].join('')).toBe(agreeing);
});

test.for([
  { what: 'nobody tells', tellings: [], sources: 3 },
  { what: 'one of two', tellings: [tell('a', 0)], sources: 2 },
  { what: 'one of three', tellings: [tell('a', 0)], sources: 3 },
  { what: 'two of two that are apart', tellings: [tell('a', 0), tell('b', 21)], sources: 2 },
  { what: 'two of four against two', tellings: [0, 1, 900, 901].map((ms) => tell(`${ms}`, ms)), sources: 4 },
  { what: 'three, each with its own time', tellings: [0, 30, 60].map((ms) => tell(`${ms}`, ms)), sources: 3 },
])('no majority: $what', ({ tellings, sources }) => {
  expect(agreeOnTime(tellings, sources)).toBeNull();
});

test('liars who are fewer cannot pull the time further than the bounds of the others leave open', () => {
  const honest = fc.record({
    boundMs: fc.integer({ min: 1, max: 200 }),
    off: fc.double({ min: -1, max: 1, noNaN: true }),
  });
  const liar = fc.record({
    boundMs: fc.integer({ min: 1, max: 200 }),
    leadMs: fc.integer({ min: -600, max: 600 }),
  });
  const both = fc.tuple(fc.array(honest, { minLength: 1, maxLength: 5 }), fc.array(liar, { maxLength: 4 }));
  fc.assert(
    fc.property(both, ([some, others]) => {
      // The truth is 0, and within each of these.
      const honests = some.map(({ boundMs, off }, nth) => tell(`honest ${nth}`, off * boundMs, boundMs));
      const liars = others.slice(0, some.length - 1).map((it, nth) => ({ ...it, source: `liar ${nth}` }));
      const agreement = agreeOnTime([...liars, ...honests], liars.length + honests.length);
      const openMs = 2 * Math.max(...honests.map(({ boundMs }) => boundMs));
      expect(Math.abs(agreement?.leadMs ?? Infinity)).toBeLessThanOrEqual(openMs);
    }),
    { numRuns: 1_000 },
  );
});
