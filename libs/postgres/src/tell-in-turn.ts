import { type ClientBase, type Pool } from 'pg';
import { inTransaction } from './in-transaction.ts';

/** The most changes that are told in one transaction. */
export const changesPerTurn = 10;

/** Changes that are committed here and must be told elsewhere, at least once and in their order. */
export type Untold<Change> = {
  /** Name of the lock that keeps the order: one process at a time tells. */
  readonly lock: string;
  /** The oldest that are untold. */
  readonly readUntold: (client: ClientBase, changesMax: number) => Promise<readonly Change[]>;
  /** What is told of a change. */
  readonly eventOf: (client: ClientBase, change: Change) => Promise<object>;
  /** Tells it, as JSON; rejects where it may not have arrived. */
  readonly publish: (event: string) => Promise<unknown>;
  readonly noteTold: (client: ClientBase, change: Change) => Promise<unknown>;
};

/**
 * Tells of the oldest changes and notes it; those told before one that fails are noted all the same.
 * @returns how many; none also while another process has its turn
 * @throws what the first one was not told for
 */
export function tellInTurn<Change>(
  pool: Pool,
  { lock, readUntold, eventOf, publish, noteTold }: Untold<Change>,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const turn = await client.query<{ mine: boolean }>(
      'select pg_try_advisory_xact_lock(hashtext($1)) as mine',
      [lock],
    );
    if (turn.rows[0]?.mine !== true) return 0;
    let told = 0;
    for (const change of await readUntold(client, changesPerTurn)) {
      const event = JSON.stringify(await eventOf(client, change));
      try {
        await publish(event);
      } catch (error) {
        if (told === 0) throw error;
        break;
      }
      told += 1;
      await noteTold(client, change);
    }
    return told;
  });
}
