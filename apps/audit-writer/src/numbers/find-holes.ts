import { type Queryable } from '../queryable.ts';

/** Numbers of a producer that are missing below one that is kept, both ends included. */
export type Hole = {
  readonly topic: string;
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** How long ago the writing of a higher number began. */
  readonly ageMs: number;
};

/** What every producer lacks below its highest number. */
export async function findHoles(db: Queryable): Promise<readonly Hole[]> {
  const { rows } = await db.query<{
    topic: string;
    source: string;
    first: string;
    last: string;
    ageMs: number;
  }>(`
    select topic, source, first, last, (extract(epoch from clock_timestamp() - below.since) * 1000)::float8 as "ageMs"
    from (
      select producer_no, coalesce(lag(last_number) over by_number, 0) + 1 as first, first_number - 1 as last,
        min(at) over (partition by producer_no order by first_number desc) as since
      from audit.number_run
      window by_number as (partition by producer_no order by first_number)
    ) below
    join audit.producer on no = producer_no
    where first <= last
    order by topic, source, first`);
  return rows.map(({ first, last, ...row }) => ({ ...row, first: Number(first), last: Number(last) }));
}
