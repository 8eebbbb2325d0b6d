import { type Checkpoint, checkpointStatement, type SignedCheckpoint } from './checkpoint.ts';
import { checkpointRows } from './checkpoint-rows.ts';
import { digestsOf, type Span } from './chain-trees.ts';
import { chainStart } from './hash-chain.ts';
import { readKeyChanges } from './key-change.ts';
import { MerkleTree } from './merkle-tree.ts';
import { type Queryable } from './queryable.ts';
import { rowBefore } from './row-before.ts';
import { type SignedStatement, type Statement } from './statement.ts';

const endOfOffsets = 2n ** 63n - 1n;

/** That one row is in the audit, for whoever has the public key (docs/audit-format.md). */
export type Proof = {
  readonly format: 'ssp.audit.proof.v1';
  readonly chain: 'event';
  readonly record: Statement;
  readonly previous: string;
  readonly leaf: number;
  readonly leaves: number;
  readonly path: readonly string[];
  readonly checkpoint: StatementJson;
  readonly keys: readonly StatementJson[];
};

type StatementJson = { readonly statement: Statement; readonly signature: string };
type EventRow = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly body: string;
};
type LinkedCheckpoint = SignedCheckpoint & { readonly link: NonNullable<Checkpoint['link']> };

/** Proves the events of an exchange. @throws Error when there is none, or no checkpoint has a tree over one of them yet */
export async function proveExchange(db: Queryable, internalId: string): Promise<readonly Proof[]> {
  const { rows } = await db.query<EventRow>(
    'select topic, partition, "offset", body::text as body from audit.event where internal_id = $1 order by occurred_at',
    [internalId],
  );
  if (rows.length === 0) throw new Error(`no event of exchange ${internalId} is in the audit`);
  const keys = (await readKeyChanges(db)).map((change) => statementJson(change));
  const proofs: Proof[] = [];
  for (const row of rows) proofs.push({ ...(await proveEvent(db, row)), keys });
  return proofs;
}

async function proveEvent(
  db: Queryable,
  { topic, partition, offset, body }: EventRow,
): Promise<Omit<Proof, 'keys'>> {
  const place = BigInt(offset);
  const checkpoint = await coveringCheckpoint(db, topic, partition, place);
  const span = { topic, partition, since: checkpoint.link.since, nextOffset: checkpoint.nextOffset };
  const leaf = await countBelow(db, { ...span, nextOffset: place });
  const tree = new MerkleTree(leaf);
  for await (const { digest } of digestsOf(db, 'event', span)) tree.add(digest);
  return {
    format: 'ssp.audit.proof.v1',
    chain: 'event',
    record: [topic, partition, offset, body],
    previous: ((await rowBefore(db, 'event', span, place))?.digest ?? chainStart).toString('hex'),
    leaf,
    leaves: tree.leaves,
    path: tree.end().path.map((hash) => hash.toString('hex')),
    checkpoint: statementJson({
      statement: checkpointStatement(checkpoint),
      signature: checkpoint.signature,
    }),
  };
}

async function coveringCheckpoint(
  db: Queryable,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<LinkedCheckpoint> {
  const later = checkpointRows(db, { topic, partition, after: offset, upTo: endOfOffsets });
  for await (const { link, ...checkpoint } of later) {
    if (link && link.since <= offset) return { ...checkpoint, link };
  }
  throw new Error(
    `no signed tree holds offset ${offset} of ${topic}/${partition} yet: try again after the next checkpoint`,
  );
}

async function countBelow(db: Queryable, { topic, partition, since, nextOffset }: Span): Promise<number> {
  const span = `topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4`;
  const { rows } = await db.query<{ below: number }>(
    `select (select count(*) from audit.event where ${span})::int
       + (select count(*) from audit.retired_digest where ${span} and chain = 'event')::int as below`,
    [topic, partition, String(since), String(nextOffset)],
  );
  return rows[0]?.below ?? 0;
}

function statementJson({ statement, signature }: SignedStatement): StatementJson {
  return { statement, signature: signature.toString('hex') };
}
