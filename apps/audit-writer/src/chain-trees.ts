import { createHash } from 'node:crypto';
import { MerkleTree } from './merkle-tree.ts';
import { type Queryable } from './queryable.ts';

const PAGE_ROWS = 5_000;

/** Rows of a partition from `since` on and below `nextOffset`. */
export type Span = {
  readonly topic: string;
  readonly partition: number;
  readonly since: bigint;
  readonly nextOffset: bigint;
};

const pages = {
  event: pageOf('event', 'event'),
  url: pageOf('full_url', 'url'),
};

/** Of rows that were dropped, the digests are there where they share a tree with others that are kept. */
function pageOf(table: string, chain: 'event' | 'url'): string {
  const span = `topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4`;
  return `
    (select "offset", digest from audit.${table} where ${span} order by "offset" limit $5)
    union all
    (select "offset", digest from audit.retired_digest where ${span} and chain = '${chain}' order by "offset" limit $5)
    order by "offset" limit $5`;
}

/** The digests of a chain's rows, in the order of their offsets. */
export async function* digestsOf(
  db: Queryable,
  kind: 'event' | 'url',
  { topic, partition, since, nextOffset }: Span,
): AsyncGenerator<{ readonly offset: bigint; readonly digest: Buffer }> {
  for (let from = since; ;) {
    const { rows } = await db.query<{ offset: string; digest: Buffer }>(pages[kind], [
      topic,
      partition,
      String(from),
      String(nextOffset),
      PAGE_ROWS,
    ]);
    for (const { offset, digest } of rows) yield { offset: BigInt(offset), digest };
    const last = rows.at(-1);
    if (!last) return;
    from = BigInt(last.offset) + 1n;
  }
}

/** The roots of the trees over what was written in a span. */
export async function chainRoots(db: Queryable, span: Span) {
  const trees = { event: new MerkleTree(), url: new MerkleTree() };
  for (const kind of ['event', 'url'] as const) {
    for await (const { digest } of digestsOf(db, kind, span)) trees[kind].add(digest);
  }
  return {
    eventRoot: trees.event.end().root,
    urlRoot: trees.url.end().root,
    putAsideRoot: await putAsideRoot(db, span),
  };
}

/** The root of the tree over the records that were put aside in a span. */
export async function putAsideRoot(
  db: Queryable,
  { topic, partition, since, nextOffset }: Span,
): Promise<Buffer> {
  const tree = new MerkleTree();
  const { rows } = await db.query<{ offset: string; hash: Buffer; reason: string }>(
    `select "offset", sha256(bytes) as hash, reason from audit.quarantine
     where topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4 order by "offset"`,
    [topic, partition, String(since), String(nextOffset)],
  );
  for (const { offset, hash, reason } of rows) {
    const record = JSON.stringify([topic, partition, offset, hash.toString('hex'), reason]);
    tree.add(createHash('sha256').update(record).digest());
  }
  return tree.end().root;
}
