import { type Queryable } from './queryable.ts';

/** Of rows that were dropped, the last of each run is known. */
const beforeIn = (table: string, chain: 'event' | 'url') => `
  select "offset", digest from (
    (select "offset", digest from audit.${table} where topic = $1 and partition = $2 and "offset" < $3
     order by "offset" desc limit 1)
    union all
    (select next_offset - 1, digest_after from audit.retirement
     where topic = $1 and partition = $2 and chain = '${chain}' and next_offset <= $3
     order by next_offset desc limit 1)
  ) as before order by "offset" desc limit 1`;

const befores = { event: beforeIn('event', 'event'), url: beforeIn('full_url', 'url') };

/** The row that stands, or stood, before an offset in its chain, whatever month it is of; null where none does. */
export async function rowBefore(
  db: Queryable,
  kind: 'event' | 'url',
  { topic, partition }: { readonly topic: string; readonly partition: number },
  offset: bigint,
): Promise<{ readonly offset: bigint; readonly digest: Buffer } | null> {
  const { rows } = await db.query<{ offset: string; digest: Buffer }>(befores[kind], [
    topic,
    partition,
    String(offset),
  ]);
  return rows[0] ? { offset: BigInt(rows[0].offset), digest: rows[0].digest } : null;
}
