import { isDeadlock } from '@ssp/postgres';
import { DatabaseError, type PoolClient } from 'pg';
import { type NumberRun } from './number-runs.ts';

const noRuns: readonly NumberRun[] = [];

/** Of the runs told, what overlaps a run that is kept: those runs, as they are kept. */
export async function overlappingRuns(
  client: PoolClient,
  topic: string,
  told: readonly NumberRun[],
): Promise<readonly NumberRun[]> {
  if (told.length === 0) return noRuns;
  const { rows } = await client.query<{ source: string; first: string; last: string }>({
    name: 'overlapping-runs',
    text: `
      select distinct told.source, kept.first_number as first, kept.last_number as last
      from unnest($2::text[], $3::bigint[], $4::bigint[]) as told (source, first, last)
      join audit.producer on producer.topic = $1 and producer.source = told.source
      join audit.number_run kept on
        int8range((kept.producer_no::bigint << 40) + kept.first_number, (kept.producer_no::bigint << 40) + kept.last_number, '[]')
        && int8range((producer.no::bigint << 40) + told.first, (producer.no::bigint << 40) + told.last, '[]')`,
    values: columnsOf(topic, told),
  });
  return rows.map(({ source, first, last }) => ({ source, first: Number(first), last: Number(last) }));
}

/** Another writer has kept one of these numbers meanwhile, or a first one of their producer: the batch is to be looked at again. */
export class KeptMeanwhileError extends Error {
  override readonly name = 'KeptMeanwhileError';
}

/** Keeps runs that overlap nothing kept, to be committed with their events. Throws KeptMeanwhileError, after which nothing else can be done in the transaction. */
export async function storeRuns(
  client: PoolClient,
  topic: string,
  runs: readonly NumberRun[],
): Promise<void> {
  if (runs.length === 0) return;
  const stored = await insertRuns(client, columnsOf(topic, runs));
  if (stored !== runs.length) throw new KeptMeanwhileError('another writer has met a producer first');
}

async function insertRuns(client: PoolClient, values: unknown[]): Promise<number> {
  try {
    const { rowCount } = await client.query({
      name: 'store-runs',
      text: `
        with told as (
          select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as told (source, first, last)
        ), met as (
          insert into audit.producer (topic, source)
          select distinct $1, source from told
          where not exists (
            select from audit.producer known where known.topic = $1 and known.source = told.source
          )
          order by source
          on conflict do nothing
          returning no, source
        ), known as (
          select no, source from audit.producer where topic = $1 and source = any($2::text[])
          union all table met
        )
        insert into audit.number_run (producer_no, first_number, last_number)
        select no, first, last from told join known using (source) order by no, first`,
      values,
    });
    return rowCount ?? 0;
  } catch (cause) {
    if (cause instanceof DatabaseError && cause.constraint === 'number_once')
      throw new KeptMeanwhileError('another writer has kept one of these numbers', { cause });
    // Two that put in each other's numbers wait for each other; the database lets one of them go on.
    if (isDeadlock(cause))
      throw new KeptMeanwhileError('another writer is keeping some of these numbers', { cause });
    throw cause;
  }
}

function columnsOf(topic: string, runs: readonly NumberRun[]): unknown[] {
  return [
    topic,
    runs.map(({ source }) => source),
    runs.map(({ first }) => first),
    runs.map(({ last }) => last),
  ];
}
