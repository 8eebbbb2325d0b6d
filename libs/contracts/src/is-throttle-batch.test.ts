import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { batchSizeMax } from './batch.ts';
import { isThrottleBatch } from './is-throttle-batch.ts';
import { ThrottleBatch } from './throttle.ts';

const caller = { edge: 'edge-0', sequence: 3, inFlight: 2, providers: { '918999198738': 1 } };

const odd = [
  undefined,
  null,
  '',
  'edge 0',
  'é',
  'e'.repeat(101),
  0,
  -0,
  -1,
  0.5,
  1e300,
  Number.NaN,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [1],
  { '918999198738': -1 },
  { '918999198738': '1' },
  { 91899919873: 1 },
  { '918999198738': 1, '918999198739': 0 },
  { ['__proto__']: 1 },
];

const values: readonly unknown[] = [
  ...odd,
  { asks: [] },
  { asks: [{}, 7], caller },
  { asks: [], caller: undefined },
  { asks: {} },
  { asks: Array.from({ length: batchSizeMax }, () => 1) },
  { asks: Array.from({ length: batchSizeMax + 1 }, () => 1) },
  ...odd.map((value) => ({ asks: [], caller: value })),
  ...(['edge', 'sequence', 'inFlight', 'providers'] as const).flatMap((member) =>
    odd.map((value) => ({ asks: [], caller: { ...caller, [member]: value } })),
  ),
  ...(['edge', 'sequence', 'inFlight', 'providers'] as const).map((member) => {
    const { [member]: _left, ...without } = caller;
    return { asks: [], caller: without };
  }),
];

describe('what is said to be a batch', () => {
  test('is one by the schema, which changes nothing of it', () => {
    const passed = values.filter((value) => isThrottleBatch(value));
    const harmed = passed.filter((value) => !isDeepStrictEqual(ThrottleBatch.safeParse(value).data, value));
    expect(harmed).toEqual([]);
    expect(passed.length).toBeGreaterThan(8);
  });

  test('is all that the schema takes as it stands', () => {
    const missed = values.filter((value) => {
      const { success, data } = ThrottleBatch.safeParse(value);
      return success && isDeepStrictEqual(data, value) && !isThrottleBatch(value);
    });
    expect(missed).toEqual([]);
  });
});
