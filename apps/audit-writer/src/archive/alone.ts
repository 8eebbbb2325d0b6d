import { type Pool } from 'pg';

/** Holds, until release, what only one process of a database may hold. Rejects where another does. */
export async function holdAlone(pool: Pool, name: string, resources: AsyncDisposableStack): Promise<void> {
  const client = await pool.connect();
  // Closed rather than given back: the lock goes with its connection.
  resources.defer(() => client.release(true));
  client.on('error', () => undefined);
  const { rows } = await client.query<{ held: boolean }>(
    'select pg_try_advisory_lock(hashtext($1)) as held',
    [name],
  );
  if (!rows[0]?.held) throw new Error(`another process holds ${name}`);
}
