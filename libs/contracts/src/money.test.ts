import { expect, test } from 'vitest';
import { millionthsOf, penceOf, Pounds, poundsText, Price, priceText, roundToPence } from './money.ts';

test.for([
  ['0', 0n],
  ['0.000001', 1n],
  ['0.0125', 12_500n],
  ['12', 12_000_000n],
  ['12.3', 12_300_000n],
  ['-0.01', -10_000n],
  ['123456789.123456', 123_456_789_123_456n],
] as const)('%s pounds are %s millionths', ([pounds, millionths]) => {
  expect(millionthsOf(pounds)).toBe(millionths);
});

test.for(['', '.5', '1.', '1.2345678', '1e3', '1,000', '+1', ' 1', '0x1', '--1', 'NaN'])(
  '"%s" is no money',
  (pounds) => {
    expect(() => millionthsOf(pounds)).toThrow(RangeError);
  },
);

test.for([
  [0n, 0n],
  [4_999n, 0n],
  [5_000n, 0n],
  [5_001n, 1n],
  [15_000n, 2n],
  [25_000n, 2n],
  [25_001n, 3n],
  [-5_000n, 0n],
  [-15_000n, -2n],
  [-25_001n, -3n],
] as const)('%s millionths round to %s pence', ([millionths, pence]) => {
  expect(roundToPence(millionths)).toBe(pence);
});

test.for([
  [0n, '0.00'],
  [1n, '0.000001'],
  [12_500n, '0.0125'],
  [500_000n, '0.50'],
  [10_000_000n, '10.00'],
] as const)('a price of %s is written %s, and read again', ([millionths, text]) => {
  expect(priceText(millionths)).toBe(text);
  expect(Price.safeParse(text).success).toBe(true);
  expect(millionthsOf(text)).toBe(millionths);
});

test.for([
  [0n, '0.00'],
  [5n, '0.05'],
  [-5n, '-0.05'],
  [123_456n, '1234.56'],
  [-100n, '-1.00'],
] as const)('an amount of %s pence is written %s, and read again', ([pence, text]) => {
  expect(poundsText(pence)).toBe(text);
  expect(Pounds.safeParse(text).success).toBe(true);
  expect(penceOf(text)).toBe(pence);
});

test('a fraction of a penny is no amount', () => {
  expect(() => penceOf('0.015')).toThrow(RangeError);
  expect(Pounds.safeParse('0.015').success).toBe(false);
  expect(Pounds.safeParse('-0.00').success).toBe(false);
});

test.for(['0.010', '0.0100', '1', '1.5', '01.50', '-1.00', '0.1234567'])(
  'the price %s is not in canonical form',
  (text) => {
    expect(Price.safeParse(text).success).toBe(false);
  },
);
