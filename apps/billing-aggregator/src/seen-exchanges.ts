import { type ClientBase, type Pool } from 'pg';
import { type Usage } from './usage-of.ts';

/** Remembers exchanges, no id given twice, and returns the ids of those that were remembered before. */
export async function rememberExchanges(
  client: ClientBase,
  usages: readonly Usage[],
): Promise<ReadonlySet<string>> {
  if (usages.length === 0) return new Set();
  const { rows } = await client.query<{ internal_id: string }>({
    name: 'remember-exchanges',
    text: `
      with given as (
        select hour, internal_id from unnest($1::timestamptz[], $2::uuid[]) as given (hour, internal_id)
      ), added as (
        insert into billing.seen_exchange (hour, internal_id) select hour, internal_id from given
        on conflict do nothing returning internal_id
      )
      select internal_id from given where internal_id not in (select internal_id from added)`,
    values: [usages.map(({ hour }) => hour), usages.map(({ internalId }) => internalId)],
  });
  return new Set(rows.map(({ internal_id: internalId }) => internalId));
}

/** Forgets exchanges of hours that began before the instant, an hour per statement; returns how many. */
export async function forgetExchanges(pool: Pool, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { rowCount } = await pool.query({
      name: 'forget-exchanges',
      text: `
        delete from billing.seen_exchange
        where hour = (select min(hour) from billing.seen_exchange) and hour < $1`,
      values: [before],
    });
    if (rowCount === null || rowCount === 0) return forgotten;
    forgotten += rowCount;
  }
}
