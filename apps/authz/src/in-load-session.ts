import { type Pool, type PoolClient } from 'pg';
import { createStaging } from './stage-directory.ts';

// Of the first load of a national directory, with room; the pool's own limit is for work of milliseconds.
const statementMs = 600_000;
// Any number that nothing else of this database locks.
const loadLock = 7_311_405;

/**
 * Does a load's work on a connection of its own, with staging tables, one load at a time in the whole database: another waits. The connection is
 * given up afterwards, and with it whatever has not been committed, the tables and the lock.
 */
export async function inLoadSession<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  // A connection that breaks between two queries reports it here; the next query then fails too.
  client.on('error', () => undefined);
  try {
    await client.query(`set statement_timeout = ${statementMs}`);
    await client.query('select pg_advisory_lock($1)', [loadLock]);
    await createStaging(client);
    return await work(client);
  } finally {
    client.release(true);
  }
}
