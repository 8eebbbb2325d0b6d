import { type Queryable } from '../queryable.ts';
import { type SignedStatement } from '../statement.ts';
import { type Retirement, retirementStatement, type SignedRetirement } from './retirement.ts';

type RetirementRow = Omit<SignedRetirement, 'firstOffset' | 'nextOffset' | 'rows'> & {
  readonly number: string;
  readonly firstOffset: string;
  readonly nextOffset: string;
  readonly rows: string;
};

const select = `
  select number, topic, partition, chain, first_offset as "firstOffset", next_offset as "nextOffset", rows,
    digest_before as "digestBefore", digest_after as "digestAfter", month, at,
    event_id as "eventId", key_id as "keyId", signature
  from audit.retirement`;

/** What was dropped of both chains of a partition, in the order of offsets. */
export async function retirementsOf(
  db: Queryable,
  topic: string,
  partition: number,
): Promise<readonly SignedRetirement[]> {
  const { rows } = await db.query<RetirementRow>(
    `${select} where topic = $1 and partition = $2 order by first_offset, chain`,
    [topic, partition],
  );
  return rows.map((row) => fromRow(row));
}

/** All that was dropped after the one of a number, in the order in which it was. */
export async function retirementsAfter(
  db: Queryable,
  number: bigint,
): Promise<readonly (SignedStatement & { readonly number: bigint })[]> {
  const { rows } = await db.query<RetirementRow>(`${select} where number > $1 order by number`, [
    String(number),
  ]);
  return rows.map((row) => ({
    number: BigInt(row.number),
    statement: retirementStatement(fromRow(row)),
    signature: row.signature,
  }));
}

/** The one that begins at an offset of a chain; null where there is none. */
export async function retirementAt(
  db: Queryable,
  { topic, partition, chain, firstOffset }: Retirement,
): Promise<SignedRetirement | null> {
  const { rows } = await db.query<RetirementRow>(
    `${select} where topic = $1 and partition = $2 and chain = $3 and first_offset = $4`,
    [topic, partition, chain, String(firstOffset)],
  );
  return rows[0] ? fromRow(rows[0]) : null;
}

/** Keeps them, a thousand at a time. */
export async function writeRetirements(
  db: Queryable,
  retirements: readonly SignedRetirement[],
): Promise<void> {
  for (let at = 0; at < retirements.length; at += 1_000) {
    const page = retirements.slice(at, at + 1_000);
    await db.query(
      `insert into audit.retirement (topic, partition, chain, first_offset, next_offset, rows, digest_before, digest_after,
         month, at, event_id, key_id, signature)
       select * from unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[],
         $8::bytea[], $9::text[], $10::timestamptz[], $11::text[], $12::bytea[], $13::bytea[])`,
      [
        page.map((it) => it.topic),
        page.map((it) => it.partition),
        page.map((it) => it.chain),
        page.map((it) => it.firstOffset),
        page.map((it) => it.nextOffset),
        page.map((it) => it.rows),
        page.map((it) => it.digestBefore),
        page.map((it) => it.digestAfter),
        page.map((it) => it.month),
        page.map((it) => it.at),
        page.map((it) => it.eventId),
        page.map((it) => it.keyId),
        page.map((it) => it.signature),
      ],
    );
  }
}

function fromRow({
  number: _number,
  firstOffset,
  nextOffset,
  rows,
  ...row
}: RetirementRow): SignedRetirement {
  return {
    ...row,
    firstOffset: BigInt(firstOffset),
    nextOffset: BigInt(nextOffset),
    rows: Number(rows),
  };
}
