import { type Pool } from 'pg';

/** All that was counted under the names of one supplier: whole rows, in the form in which Postgres shows them. */
export async function booksOf(pool: Pool, supplier: string) {
  const rowsOf = async (text: string) => {
    const { rows } = await pool.query<{ row: string }>(text, [supplier]);
    return rows.map(({ row }) => row);
  };
  const keys = `select key from billing.usage_key where supplier = $1`;
  return {
    keys: await rowsOf(`select t::text as row from billing.usage_key as t where supplier = $1 order by key`),
    hours: await rowsOf(
      `select t::text as row from billing.usage_hour as t where key in (${keys}) order by hour, key`,
    ),
    ledger: await rowsOf(
      `select t::text as row from billing.counted_exchange as t where key in (${keys}) order by hour, internal_id`,
    ),
  };
}
