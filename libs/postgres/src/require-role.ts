import { DatabaseError, type Pool } from 'pg';
import { type PostgresConfig } from './postgres-environment.ts';

// Not a member of the role; no such role.
const refusals: ReadonlySet<string | undefined> = new Set(['42501', '22023']);

/**
 * Makes sure that the login may act as the configured role. A database that does not answer is no fault here: whoever
 * uses the pool waits for it as ever, and can do nothing without the role.
 * @throws Error with the remedy where the database refuses the role
 */
export async function requireRole(pool: Pool, { role, url }: PostgresConfig): Promise<void> {
  if (typeof role !== 'string') return;
  try {
    (await pool.connect()).release();
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || !refusals.has(cause.code)) return;
    const login = new URL(url).username || 'the login';
    throw new Error(
      `Postgres does not let ${login} act as ${role} (POSTGRES_ROLE): ${cause.message}. Run the migrations, then: grant ${role} to ${login};`,
      { cause },
    );
  }
}
