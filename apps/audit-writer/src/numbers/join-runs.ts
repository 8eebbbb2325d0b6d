import { inTransaction, isDeadlock } from '@ssp/postgres';
import { type Pool } from 'pg';

/** Joins runs that touch, so that there are about as many as producers. Does nothing while another writer does so, or keeps the same numbers: there is a next time. */
export async function joinRuns(pool: Pool): Promise<void> {
  try {
    await joinTouching(pool);
  } catch (error) {
    if (!isDeadlock(error)) throw error;
  }
}

function joinTouching(pool: Pool): Promise<void> {
  return inTransaction(pool, async (client) => {
    const lock = await client.query<{ mine: boolean }>({
      name: 'join-runs-lock',
      text: "select pg_try_advisory_xact_lock(hashtext('audit.number_run')) as mine",
    });
    if (lock.rows[0]?.mine !== true) return;
    await client.query({
      name: 'join-runs',
      // Grouped, so that all that is joined is gone before the first joined run is put in.
      text: `
        with marked as (
          select producer_no, first_number,
            (lag(last_number) over by_number is distinct from first_number - 1)::int as begins
          from audit.number_run
          window by_number as (partition by producer_no order by first_number)
        ), numbered as (
          select producer_no, first_number, sum(begins) over (partition by producer_no order by first_number) as run
          from marked
        ), touching as (
          select *, count(*) over (partition by producer_no, run) as runs from numbered
        ), gone as (
          delete from audit.number_run using touching
          where runs > 1 and number_run.producer_no = touching.producer_no
            and number_run.first_number = touching.first_number
          returning number_run.*, run
        )
        insert into audit.number_run (producer_no, first_number, last_number, at)
        select producer_no, min(first_number), max(last_number), min(at) from gone group by producer_no, run`,
    });
  });
}
