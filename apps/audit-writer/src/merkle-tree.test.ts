import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MerkleTree } from './merkle-tree.ts';

const leaves = Array.from({ length: 13 }, (_, at) => Buffer.from([at]));
const hash = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** As RFC 9162 defines it, by halves. */
function definedRoot(of: readonly Buffer[]): Buffer {
  if (of.length <= 1) return of[0] ? hash(Buffer.of(0), of[0]) : hash();
  let half = 1;
  while (half * 2 < of.length) half *= 2;
  return hash(Buffer.of(1), definedRoot(of.slice(0, half)), definedRoot(of.slice(half)));
}

function definedPath(at: number, of: readonly Buffer[]): readonly Buffer[] {
  if (of.length <= 1) return [];
  let half = 1;
  while (half * 2 < of.length) half *= 2;
  return at < half
    ? [...definedPath(at, of.slice(0, half)), definedRoot(of.slice(half))]
    : [...definedPath(at - half, of.slice(half)), definedRoot(of.slice(0, half))];
}

test.for(leaves.map((_, count) => count))(
  'a tree of %i leaves has the root and the paths of its definition',
  (count) => {
    const some = leaves.slice(0, count);
    for (let at = -1; at < count; at += 1) {
      const tree = new MerkleTree(at);
      for (const leaf of some) tree.add(leaf);
      const { root, path } = tree.end();
      expect(root).toEqual(definedRoot(some));
      expect(path).toEqual(at === -1 ? [] : definedPath(at, some));
    }
  },
);
