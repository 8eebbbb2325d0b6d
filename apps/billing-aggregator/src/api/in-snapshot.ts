import { inTransaction } from '@ssp/postgres';
import { type Pool, type PoolClient } from 'pg';

/**
 * Reads, all of it as of one moment. Plans are made for tables that lie in memory or on flash for the most part, with room for the groups
 * of a top list, and run as they are: to compile one takes longer than most answers.
 */
export function inSnapshot<Result>(
  pool: Pool,
  read: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    await client.query(`
      set transaction isolation level repeatable read, read only;
      set local jit = off;
      set local random_page_cost = 1.1;
      set local work_mem = '64MB'`);
    return read(client);
  });
}
