import { expect, test } from 'vitest';
import { Visits } from './visits.ts';

test.for([
  { what: 'five at once', atMs: [0, 0, 0, 0, 0, 0], admitted: [true, true, true, true, true, false] },
  {
    what: 'who waits a second after a refusal gets in',
    atMs: [0, 0, 0, 0, 0, 999, 1_000, 1_999, 2_000],
    admitted: [true, true, true, true, true, false, true, false, true],
  },
  { what: 'once a second for ever', atMs: [0, 1_000, 2_000], admitted: [true, true, true] },
])('$what', ({ atMs, admitted }) => {
  const visits = new Visits();
  expect(atMs.map((nowMs) => visits.admit('a', 5_000 + nowMs))).toEqual(admitted);
});

test("visitors do not get in one another's way", () => {
  const visits = new Visits();
  for (let visit = 0; visit < 9; visit++) visits.admit('a', 0);
  expect([visits.admit('a', 0), visits.admit('b', 0)]).toEqual([false, true]);
});
