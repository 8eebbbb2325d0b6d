import { type ClientBase, DatabaseError, type Pool } from 'pg';
import { type Usage } from './usage-of.ts';

/**
 * Remembers exchanges. A plain insert costs two thirds of one that looks for conflicts, and conflicts are rare.
 * @throws DatabaseError, known by `isSeenBefore`, when one of them was remembered before
 */
export async function rememberExchanges(client: ClientBase, usages: readonly Usage[]): Promise<void> {
  if (usages.length === 0) return;
  await client.query({
    name: 'remember-exchanges',
    text: `
      insert into billing.seen_exchange (hour, internal_id)
      select * from unnest($1::timestamptz[], $2::uuid[])`,
    values: [usages.map(({ hour }) => hour), usages.map(({ internalId }) => internalId)],
  });
}

/** Tells the failure of `rememberExchanges` from any other. */
export function isSeenBefore(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23505' && error.table === 'seen_exchange';
}

/** Leaves out the exchanges that were remembered before. */
export async function withoutSeen(client: ClientBase, usages: readonly Usage[]): Promise<readonly Usage[]> {
  const { rows } = await client.query<{ position: number }>({
    name: 'without-seen',
    text: `
      select position::int as "position"
      from unnest($1::timestamptz[], $2::uuid[]) with ordinality as given (hour, internal_id, position)
      where exists (
        select from billing.seen_exchange as seen
        where seen.hour = given.hour and seen.internal_id = given.internal_id)`,
    values: [usages.map(({ hour }) => hour), usages.map(({ internalId }) => internalId)],
  });
  const seen = new Set(rows.map(({ position }) => position - 1));
  return usages.filter((_, index) => !seen.has(index));
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
