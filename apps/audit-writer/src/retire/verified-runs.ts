import { checkpointRows } from '../checkpoint-rows.ts';
import { type KnownKeys } from '../key-change.ts';
import { type Queryable } from '../queryable.ts';
import { type ChainKind, type ChainRow, type PartitionSource } from '../verify/chain-source.ts';
import { type Fault } from '../verify/fault.ts';
import { partitionUpTo } from '../verify/table-source.ts';
import { type Progress, verifyAudit } from '../verify/verify-audit.ts';
import { notingRuns, type Run } from './runs.ts';

/** A row that is to be dropped is not yet covered by a signed checkpoint, so that nothing would hold what it was. */
export class UnsignedRowsError extends Error {
  override readonly name = 'UnsignedRowsError';
}

const endOfOffsets = 2n ** 63n - 1n;

/**
 * Verifies the chains that hold rows of some months as far as the first signed checkpoint beyond these rows, and gives the runs that they
 * stand in; with faults, the runs mean nothing. `months` are named `2024-01`. @throws UnsignedRowsError
 */
export async function verifiedRuns(
  db: Queryable,
  months: readonly string[],
  keys: KnownKeys,
  onProgress?: (progress: Progress) => void,
): Promise<{ readonly runs: readonly Run[]; readonly faults: readonly Fault[] }> {
  const going: ReadonlySet<string> = new Set(months);
  const runs: Run[] = [];
  const goingMonth = (row: ChainRow, kind: ChainKind) => {
    const occurredAt = kind === 'event' ? row.columns?.occurredAt.toISOString() : row.texts[1];
    const month = occurredAt?.slice(0, 7);
    return month !== undefined && going.has(month) ? month : null;
  };
  const sources: PartitionSource[] = [];
  for (const last of await lastOffsets(db, months)) {
    sources.push(notingRuns(await signedPartition(db, last), goingMonth, runs));
  }
  const source = {
    partitions: async function* () {
      yield* sources;
    },
  };
  const { faults } = await verifyAudit(source, keys, onProgress);
  return { runs, faults };
}

type LastOffset = { readonly topic: string; readonly partition: number; readonly offset: bigint };

async function lastOffsets(db: Queryable, months: readonly string[]): Promise<readonly LastOffset[]> {
  const { rows } = await db.query<Omit<LastOffset, 'offset'> & { readonly offset: string }>(
    `with span as (
       select month::timestamp at time zone 'UTC' as since, (month::timestamp + interval '1 month') at time zone 'UTC' as until
       from unnest($1::date[]) as month
     )
     select topic, partition, max("offset") as offset
     from (
       select topic, partition, "offset" from span
       join audit.event on occurred_at >= since and occurred_at < until
       union all
       select topic, partition, "offset" from span
       join audit.full_url on occurred_at >= since and occurred_at < until
     ) as going
     group by topic, partition order by topic, partition`,
    [months.map((month) => `${month}-01`)],
  );
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }));
}

async function signedPartition(
  db: Queryable,
  { topic, partition, offset }: LastOffset,
): Promise<PartitionSource> {
  const beyond = checkpointRows(db, { topic, partition, after: offset, upTo: endOfOffsets });
  for await (const checkpoint of beyond) {
    const source = await partitionUpTo(db, checkpoint);
    if (source) return source;
  }
  throw new UnsignedRowsError(`no checkpoint of ${topic}/${partition} covers offset ${offset} yet`);
}
