import { expect, test } from 'vitest';
import { asking, inFlight, rate } from '../../test/sample-asks.ts';
import { localCounters } from './local-counters.ts';

const nowUs = 1_767_225_600_000_000;
const times = <T>(count: number, of: T) => Array.from({ length: count }, () => of);
const admissionsOf = async (answers: Promise<readonly { readonly admission: string }[]>) =>
  (await answers).map(({ admission }) => admission);

test.for([
  { divisor: 1, admitted: 12 },
  { divisor: 4, admitted: 3 },
  { divisor: 5, admitted: 2 },
  { divisor: 100, admitted: 1 },
])(
  'of a burst of 12 one of $divisor processes lets $admitted through at once',
  async ({ divisor, admitted }) => {
    const counters = localCounters(() => divisor);
    const asks = times(20, asking([rate('consumer', 'c', { intervalUs: 1_000, burst: 12 })]));
    const answers = await counters.take({ asks, caller: null, nowUs });
    expect(answers.filter(({ admission }) => admission === 'admit')).toHaveLength(admitted);
    expect(answers[0]).toMatchObject({ counters: 'local' });
    const later = await counters.take({ asks, caller: null, nowUs: nowUs + 1_000 * divisor });
    expect(later.filter(({ admission }) => admission === 'admit')).toHaveLength(1);
  },
);

test('what must not be admitted without the shared counters is unavailable; the rest of the batch is decided', async () => {
  const refusing = { whenAway: 'refuse' } as const;
  const limit = { intervalUs: 1_000, burst: 1 };
  const answers = await localCounters(() => 1).take({
    asks: [
      asking([rate('consumer', 'a', limit), rate('global', 'g', limit, { rule: 'national', ...refusing })]),
      asking([rate('consumer', 'a', limit)]),
      asking([rate('consumer', 'b', limit, { ...refusing, mode: 'shadow' })]),
      asking([rate('consumer', 'c', limit)], { providerInFlight: inFlight('h', 1, refusing) }),
    ],
    caller: null,
    nowUs,
  });
  expect(answers).toMatchObject([
    { admission: 'unavailable', rule: 'national' },
    { admission: 'admit', remaining: 0 },
    { admission: 'admit' },
    { admission: 'unavailable', rule: 'open-rule' },
  ]);
});

test('what is open is counted, with a part of the limit', async () => {
  const counters = localCounters(() => 2);
  const asks = times(4, asking([], { providerInFlight: inFlight('h', 5) }));
  const caller = { edge: 'edge-0', inFlight: 0 };
  const first = counters.take({
    asks,
    caller: { ...caller, sequence: 1, counts: new Map([['h', 1]]) },
    nowUs,
  });
  expect(await admissionsOf(first)).toEqual(['admit', 'admit', 'refuse', 'refuse']);
  const second = counters.take({
    asks,
    caller: { ...caller, sequence: 2, counts: new Map([['h', 2]]) },
    nowUs,
  });
  expect(await admissionsOf(second)).toEqual(['admit', 'refuse', 'refuse', 'refuse']);
});
