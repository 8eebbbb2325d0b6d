/** One of several places where items of a chain are kept. */
export type Part<Item> = {
  /** For people. */
  readonly name: string;
  /** No item of it comes before; null where that is not known. */
  readonly first: bigint | null;
  readonly items: () => AsyncIterable<Item>;
};

type Opened<Item> = { readonly name: string; readonly rest: AsyncIterator<Item>; head: Item };

type Merging<Item> = {
  readonly offsetOf: (item: Item) => bigint;
  /** Which of two items for one offset, each of another part, to go on with. `isSame` says whether they may both be right. */
  readonly choose: (one: Item, other: Item) => { readonly item: Item; readonly isSame: boolean };
  readonly onDiffering: (offset: bigint, one: string, other: string) => void;
};

/**
 * Goes through what several parts hold in the order of offsets. What stands in more than one comes once; what one part holds twice comes
 * twice, and items that a part holds out of order come out of order. A part is opened when its turn comes, so that few are open at once.
 */
export async function* mergeSorted<Item>(
  parts: readonly Part<Item>[],
  { offsetOf, choose, onDiffering }: Merging<Item>,
): AsyncGenerator<Item> {
  const closed = parts.toSorted((one, other) => compareOffsets(one.first ?? -1n, other.first ?? -1n));
  let open: Opened<Item>[] = [];
  try {
    for (;;) {
      for (;;) {
        const next = closed[0];
        const least = leastOf(open, offsetOf);
        if (!next || (least !== null && (next.first ?? -1n) > least)) break;
        closed.shift();
        const rest = next.items()[Symbol.asyncIterator]();
        const { done, value } = await rest.next();
        if (done !== true) open.push({ name: next.name, rest, head: value });
      }
      const least = leastOf(open, offsetOf);
      if (least === null) return;
      const heads = open.filter(({ head }) => offsetOf(head) === least);
      let [chosen, ...others] = heads.map(({ name, head }) => ({ name, head }));
      if (!chosen) return;
      for (const other of others) {
        const { item, isSame } = choose(chosen.head, other.head);
        if (!isSame) onDiffering(least, chosen.name, other.name);
        chosen = { name: chosen.name, head: item };
      }
      yield chosen.head;
      for (const part of heads) {
        const { done, value } = await part.rest.next();
        if (done === true) open = open.filter((it) => it !== part);
        else part.head = value;
      }
    }
  } finally {
    for (const { rest } of open) await rest.return?.();
  }
}

function leastOf<Item>(open: readonly Opened<Item>[], offsetOf: (item: Item) => bigint): bigint | null {
  let least: bigint | null = null;
  for (const { head } of open) {
    const offset = offsetOf(head);
    if (least === null || offset < least) least = offset;
  }
  return least;
}

/** For sorting, the least first. */
export function compareOffsets(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
