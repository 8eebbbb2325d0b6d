import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test('without options the code is warm before three rounds are measured', () => {
  expect(readArguments([])).toMatchObject({
    requests: 6_000,
    rounds: 3,
    warmUpRequests: 32_000,
    quick: false,
  });
});

test('numbers can be chosen, also of a quick run', () => {
  expect(readArguments(['--quick', '--requests', '700', '--rounds=2'])).toMatchObject({
    requests: 700,
    rounds: 2,
    warmUpRequests: 2_000,
  });
});

test.for([
  ['--requests', '0'],
  ['--requests', 'many'],
  ['--requests', '1e9'],
  ['--rounds', '2.5'],
  ['--slow'],
])('%s is refused with a reason', (args) => {
  expect(() => readArguments(args)).toThrow(/must be a whole number|Unknown option/);
});
