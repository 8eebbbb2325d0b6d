import { expect, test } from 'vitest';
import { hashOfText } from './hash-bytes.ts';
import { gatherKnownEntries, type KnownPart, TooManyLater } from './known-entries.ts';

async function* parts(): AsyncGenerator<KnownPart> {
  await Promise.resolve();
  yield {
    after: '',
    last: 'b',
    lines: [
      { dn: 'a', revision: '1' },
      { dn: 'b', revision: null },
    ],
  };
  yield { after: 'b', last: 'c', lines: [{ dn: 'c', revision: '3' }] };
}

const gather = () => gatherKnownEntries(3, true, parts());
const first = { after: '', last: 'b' };
const second = { after: 'b', last: 'c' };
const met = (names: readonly string[]) => new Set(names.map(hashOfText));

test('an entry is known in its revision alone', async () => {
  const known = await gather();
  const meet = (dn: string, revision: string) => known.meet(hashOfText(dn), hashOfText(revision));
  expect([meet('a', '1'), meet('a', '2'), meet('b', ''), meet('d', '1')]).toEqual([true, false, true, false]);
});

test('what a listing has not met is told by the part it is in, listing by listing', async () => {
  const known = await gather();
  // More than the marks of one byte have values for.
  for (let listing = 0; listing < 600; listing += 1) {
    known.beginListing();
    const [dn, revision] = listing % 2 === 0 ? ['a', '1'] : ['c', 'another'];
    known.meet(hashOfText(dn), hashOfText(revision));
    const expected = listing % 2 === 0 ? [['b'], ['c']] : [['a', 'b']];
    expect([...known.unmet().parts.values()]).toHaveLength(expected.length);
    for (const names of expected) {
      const hashes = known.unmet().parts.values();
      expect([...hashes]).toContainEqual(met(names));
    }
  }
  known.beginListing();
  expect([...known.unmet().parts.keys()].toSorted((a, b) => a.last.localeCompare(b.last))).toEqual([
    first,
    second,
  ]);
});

test('an entry that was met a long time ago is not taken for one that is met', async () => {
  const known = await gather();
  known.beginListing();
  known.meet(hashOfText('a'), hashOfText('1'));
  for (let listing = 0; listing < 255; listing += 1) known.beginListing();
  expect([...known.unmet().parts.values()]).toContainEqual(met(['a', 'b']));
});

test('what came later is told by its name, and what is gone no more', async () => {
  const known = await gather();
  known.put('d', '4');
  known.put('a', '5');
  known.forget('c');
  known.beginListing();
  expect(known.meet(hashOfText('a'), hashOfText('5'))).toBe(true);
  expect(known.meet(hashOfText('c'), hashOfText('3'))).toBe(false);
  expect(known.unmet()).toEqual({ parts: new Map([[first, met(['b'])]]), names: ['d'] });
  known.put('c', '3');
  expect(known.meet(hashOfText('c'), hashOfText('3'))).toBe(true);
});

test('too many that came later are not kept', async () => {
  const known = await gather();
  expect(() => {
    for (let at = 0; at < 10_000; at += 1) known.put(`later ${at}`, '1');
  }).toThrow(TooManyLater);
});
