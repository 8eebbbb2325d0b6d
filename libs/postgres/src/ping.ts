import { type Pool } from 'pg';

/** Resolves when the database answers; rejects with the reason when it does not. */
export async function ping(pool: Pool): Promise<void> {
  await pool.query('select 1');
}
