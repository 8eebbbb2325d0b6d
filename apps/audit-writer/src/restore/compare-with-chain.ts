import { putAsideRoot } from '../chain-trees.ts';
import { type Checkpoint } from '../checkpoint.ts';
import { chainStart } from '../hash-chain.ts';
import { type Queryable } from '../queryable.ts';

/**
 * How the tables stand to a checkpoint that they do not hold: they end `before` it; their chains come to the `same` there; only full URLs
 * came out otherwise, as when they are `sealed anew`; events did, or records put aside (`other`); or what stood there was `dropped` since.
 */
export type Comparison = 'before' | 'same' | 'sealed anew' | 'other' | 'dropped';

type ChainAt = {
  readonly isBefore: boolean;
  readonly isDropped: boolean;
  readonly event: Buffer | null;
  readonly url: Buffer | null;
};

/** What each chain comes to at an offset, by its last row below it, or by what was dropped where that comes later. */
const chainsQuery = `
  with place as (select $1::text as topic, $2::int as partition, $3::bigint as upto),
  dropped as (
    select chain, next_offset, digest_after from audit.retirement join place using (topic, partition)
    where next_offset <= upto
  )
  select
    coalesce((select next_offset from audit.consumer_offset join place using (topic, partition)), 0)
      < (select upto from place) as "isBefore",
    exists (select from audit.retirement join place using (topic, partition)
      where first_offset < upto and retirement.next_offset > upto) as "isDropped",
    (select digest from (
      (select "offset", digest from audit.event join place using (topic, partition)
       where "offset" < upto order by "offset" desc limit 1)
      union all select next_offset - 1, digest_after from dropped where chain = 'event'
    ) as last order by "offset" desc limit 1) as event,
    (select digest from (
      (select "offset", digest from audit.full_url join place using (topic, partition)
       where "offset" < upto order by "offset" desc limit 1)
      union all select next_offset - 1, digest_after from dropped where chain = 'url'
    ) as last order by "offset" desc limit 1) as url`;

/** Compares the tables with a checkpoint. That their own digests are right is for the rest of a verification to show. */
export async function compareWithChain(
  db: Queryable,
  { topic, partition, nextOffset, eventDigest, urlDigest, link }: Checkpoint,
): Promise<Comparison> {
  const { rows } = await db.query<ChainAt>(chainsQuery, [topic, partition, String(nextOffset)]);
  const [found] = rows;
  if (!found || found.isBefore) return 'before';
  if (found.isDropped) return 'dropped';
  if (!eventDigest.equals(found.event ?? chainStart)) return 'other';
  if (link) {
    const root = await putAsideRoot(db, { topic, partition, since: link.since, nextOffset });
    if (!root.equals(link.putAsideRoot)) return 'other';
  }
  return urlDigest.equals(found.url ?? chainStart) ? 'same' : 'sealed anew';
}
