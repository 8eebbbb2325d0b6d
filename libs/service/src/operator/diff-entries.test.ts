import { expect, test } from 'vitest';
import { countChanges, diffEntries, type FileEntry, listChanges } from './diff-entries.ts';

const held: readonly FileEntry[] = [
  { section: 'limits', key: ['a'], fields: { burst: '5', mode: 'enforce' } },
  { section: 'limits', key: ['a b'], fields: {} },
  { section: 'classes', key: ['a', 'b'], fields: {} },
];
const [first, second, third] = held;

test.for<{
  readonly name: string;
  readonly wanted: readonly (FileEntry | undefined)[];
  readonly changes: readonly object[];
}>([
  { name: 'the same in another order', wanted: [third, second, first], changes: [] },
  {
    name: 'fields that are new, gone and other',
    wanted: [{ section: 'limits', key: ['a'], fields: { burst: '6', note: 'x' } }, second, third],
    changes: [
      {
        section: 'limits',
        key: ['a'],
        change: 'changed',
        fields: [
          { field: 'burst', from: '5', to: '6' },
          { field: 'mode', from: 'enforce', to: null },
          { field: 'note', from: null, to: 'x' },
        ],
        before: first,
      },
    ],
  },
  {
    name: 'what goes, before what comes',
    wanted: [{ section: 'limits', key: ['c'], fields: {} }, first, third],
    changes: [
      { key: ['a b'], change: 'removed', after: null },
      { key: ['c'], change: 'added', before: null },
    ],
  },
  {
    name: 'a key of the same words in other parts, and in another section',
    wanted: [first, second, third, { section: 'limits', key: ['a', 'b'], fields: {} }],
    changes: [{ section: 'limits', key: ['a', 'b'], change: 'added' }],
  },
])('the difference of $name', ({ wanted, changes }) => {
  const found = diffEntries(
    held,
    wanted.filter((entry) => entry !== undefined),
  );
  expect(found).toMatchObject(changes);
  expect(found).toHaveLength(changes.length);
});

test('what differs is counted by kind', () => {
  const wanted = held.slice(1).map((entry) => ({ ...entry, fields: { note: 'x' } }));
  expect(countChanges(diffEntries(held, wanted))).toEqual({ added: 0, changed: 2, removed: 1 });
});

test.for([
  { count: 2_000, listed: 2_000, leftOut: 0 },
  { count: 2_003, listed: 2_000, leftOut: 3 },
])('of $count changes $listed are listed, and all are counted', ({ count, listed, leftOut }) => {
  const all = Array.from({ length: count }, (_, nth) => ({ change: 'added' as const, nth }));
  const told = listChanges(all);
  expect(told).toMatchObject({ counts: { added: count, changed: 0, removed: 0 }, leftOut });
  expect(told.changes).toEqual(all.slice(0, listed));
});
