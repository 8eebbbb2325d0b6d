import { createHash } from 'node:crypto';

/** The root of the tree over no leaves: the hash of nothing. */
const emptyRoot = createHash('sha256').digest();

/**
 * Computes the root of a hash tree (RFC 9162, section 2.1.1) while its leaves come, and the path from one of them. Holds a
 * hash for each level alone.
 */
export class MerkleTree {
  readonly #leafAt: number;
  /** Whole subtrees, the largest first. */
  readonly #subtrees: { hash: Buffer; leaves: number; holdsLeaf: boolean }[] = [];
  readonly #path: Buffer[] = [];
  #leaves = 0;

  /** `leafAt` counts from 0: the leaf whose path is wanted; -1 for none. */
  constructor(leafAt = -1) {
    this.#leafAt = leafAt;
  }

  get leaves(): number {
    return this.#leaves;
  }

  add(leaf: Buffer): void {
    const hash = createHash('sha256').update(leafMark).update(leaf).digest();
    this.#subtrees.push({ hash, leaves: 1, holdsLeaf: this.#leaves === this.#leafAt });
    this.#leaves += 1;
    while (this.#subtrees.at(-1)?.leaves === this.#subtrees.at(-2)?.leaves) this.#join();
  }

  /** Ends the tree: to be called once. The path goes from the leaf's sister to the root's child. */
  end(): { readonly root: Buffer; readonly path: readonly Buffer[] } {
    while (this.#subtrees.length > 1) this.#join();
    return { root: this.#subtrees[0]?.hash ?? emptyRoot, path: this.#path };
  }

  #join(): void {
    const right = this.#subtrees.pop();
    const left = this.#subtrees.pop();
    if (!left || !right) throw new Error('a tree of one has nothing to join');
    if (left.holdsLeaf) this.#path.push(right.hash);
    if (right.holdsLeaf) this.#path.push(left.hash);
    this.#subtrees.push({
      hash: createHash('sha256').update(nodeMark).update(left.hash).update(right.hash).digest(),
      leaves: left.leaves + right.leaves,
      holdsLeaf: left.holdsLeaf || right.holdsLeaf,
    });
  }
}

const leafMark = Buffer.of(0);
const nodeMark = Buffer.of(1);
