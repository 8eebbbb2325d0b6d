import { expect, test } from 'vitest';
import { LegsUnderWay, type TimedLeg } from './legs-under-way.ts';

function underWay(names: readonly string[], act: (name: string, legs: LegsUnderWay) => void = () => {}) {
  const legs = new LegsUnderWay();
  const looked: string[] = [];
  const leg = (name: string): TimedLeg => ({
    place: 0,
    checkTime: () => {
      looked.push(name);
      act(name, legs);
    },
  });
  const byName = new Map(names.map((name) => [name, leg(name)]));
  for (const each of byName.values()) legs.add(each);
  const of = (name: string) => byName.get(name) ?? leg(name);
  const look = () => {
    looked.length = 0;
    legs.checkTime(0);
    return looked.toSorted();
  };
  return { legs, of, look };
}

test.for([
  { ended: [], left: ['a', 'b', 'c', 'd'] },
  { ended: ['a'], left: ['b', 'c', 'd'] },
  { ended: ['d'], left: ['a', 'b', 'c'] },
  { ended: ['b', 'd', 'a'], left: ['c'] },
  { ended: ['a', 'b', 'c', 'd'], left: [] },
  { ended: ['b', 'b'], left: ['a', 'c', 'd'] },
  { ended: ['never added'], left: ['a', 'b', 'c', 'd'] },
])('of a, b, c and d, once $ended ended, $left are looked at', ({ ended, left }) => {
  const { legs, of, look } = underWay(['a', 'b', 'c', 'd']);
  for (const name of ended) legs.remove(of(name));
  expect(look()).toEqual(left);
});

test('one that ends while it is looked at hides no other', () => {
  const rig = underWay(['a', 'b', 'c', 'd'], (name, legs) => legs.remove(rig.of(name)));
  expect(rig.look()).toEqual(['a', 'b', 'c', 'd']);
  expect(rig.look()).toEqual([]);
});

test('one that comes after others have ended is looked at', () => {
  const { legs, of, look } = underWay(['a', 'b']);
  legs.remove(of('a'));
  legs.add(of('a'));
  expect(look()).toEqual(['a', 'b']);
});
