import { expect, test } from 'vitest';
import { mergeSketches, quantile, Sketch } from './sketch.ts';

function bytesOf(times: readonly number[]): Buffer {
  const sketch = new Sketch();
  for (const us of times) sketch.add(us);
  return sketch.toBytes();
}

/** Times of all sizes, the same ones at each run. */
const times = Array.from({ length: 5_000 }, (_, nth) => Math.floor(((nth * 7_919) % 5_000) ** 2.5));

test.for([0, 0.5, 0.95, 0.99, 1])('the quantile %d is within a hundredth of the true one', (share) => {
  const sorted = times.toSorted((left, right) => left - right);
  const truth = sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  expect(Math.abs((quantile(bytesOf(times), share) ?? -1) - truth)).toBeLessThanOrEqual(truth * 0.01);
});

test('the bytes tell neither the order nor the portions in which times were added', () => {
  const whole = bytesOf(times);
  expect(bytesOf(times.toReversed())).toEqual(whole);
  const portions = [times.slice(3_000), times.slice(0, 10), [], times.slice(10, 3_000)].map(bytesOf);
  expect(mergeSketches(portions)).toEqual(whole);
  expect(mergeSketches([mergeSketches(portions.slice(0, 2)), ...portions.slice(2)])).toEqual(whole);
});

test('no times at all are no bytes and have no quantile', () => {
  expect(bytesOf([])).toEqual(Buffer.alloc(0));
  expect(mergeSketches([])).toEqual(Buffer.alloc(0));
  expect(quantile(Buffer.alloc(0), 0.5)).toBeNull();
});

test('nothing, and the longest time that is counted, are times as well', () => {
  const bytes = bytesOf([0, 0, 86_400_000_000]);
  expect(quantile(bytes, 0.5)).toBe(0);
  expect(quantile(bytes, 1)).toBeGreaterThan(85_500_000_000);
});

test('the form of the bytes is fixed: those that are stored must be read for ever', () => {
  expect(bytesOf([0, 1, 1, 2, 1_000_000]).toString('hex')).toBe('01000101022301900501');
});

test('counts beyond a billion are kept', () => {
  let bytes = bytesOf([1_000]);
  for (let doubled = 0; doubled < 40; doubled += 1) bytes = mergeSketches([bytes, bytes, bytesOf([1_000])]);
  expect(quantile(bytes, 0.5)).toBeCloseTo(1_000, -1.3);
  expect(bytes.subarray(-6).toString('hex')).toBe('ffffffffff3f');
});

test.for([
  { fault: 'another version', hex: '020501' },
  { fault: 'a count missing', hex: '0105' },
  { fault: 'a number without an end', hex: '01ffffffffffffffffff' },
  { fault: 'a time that cannot be', hex: '01ffff7f01' },
])('bytes with $fault are refused', ({ hex }) => {
  expect(() => quantile(Buffer.from(hex, 'hex'), 0.5)).toThrow(/^a sketch /);
});
