import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { chainDigest, chainStart } from './hash-chain.ts';

const place = { topic: 't', partition: 1, offset: 2n };
const digest = chainDigest(chainStart, place, ['a', 'b']).toString('hex');

test('the same row after the same row has the same digest', () => {
  expect(chainDigest(chainStart, { ...place }, ['a', 'b']).toString('hex')).toBe(digest);
});

test.for([
  { change: 'another row before it', previous: Buffer.alloc(32, 1), at: place, row: ['a', 'b'] },
  { change: 'another topic', previous: chainStart, at: { ...place, topic: 'u' }, row: ['a', 'b'] },
  { change: 'another partition', previous: chainStart, at: { ...place, partition: 2 }, row: ['a', 'b'] },
  { change: 'another offset', previous: chainStart, at: { ...place, offset: 3n }, row: ['a', 'b'] },
  { change: 'another text', previous: chainStart, at: place, row: ['a', 'c'] },
  { change: 'the same letters split otherwise', previous: chainStart, at: place, row: ['ab', ''] },
])('$change changes the digest', ({ previous, at, row }) => {
  expect(chainDigest(previous, at, row).toString('hex')).not.toBe(digest);
});

test.for(['', '"\\\n\ud800', 'é'.repeat(9_000), '\u0001'.repeat(60_000), 'a short one after a long one'])(
  'a row is its JSON text, however long',
  (text) => {
    const row = JSON.stringify(['t', 1, '2', text]);
    const expected = createHash('sha256').update(chainStart).update(row).digest('hex');
    expect(chainDigest(chainStart, place, [text]).toString('hex')).toBe(expected);
  },
);
