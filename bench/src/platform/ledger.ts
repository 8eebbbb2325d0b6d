import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** How many events the two consumers have dealt with, the effect being in the same transaction. */
export type Progress = { readonly audited: number; readonly counted: number };

/** How many rows the audit has, and how many exchanges billing has counted that were not refused. */
export type Counts = { readonly received: number; readonly completed: number; readonly usage: number };

/** Reads how far the platform's books are; never writes. */
export type Ledger = {
  readonly progress: () => Promise<Progress>;
  readonly counts: () => Promise<Counts>;
  /** Resolves once `requests` more exchanges than at `since` are audited (two events each) and counted. */
  readonly untilBooked: (since: Progress, requests: number, signal: AbortSignal) => Promise<void>;
};

const bookedWithinMs = 60_000;
const pollMs = 100;

/** Opens the books with one connection of its own. */
export async function openLedger(postgresUrl: string, resources: AsyncDisposableStack): Promise<Ledger> {
  const client = new Client({ connectionString: postgresUrl, connectionTimeoutMillis: 5_000 });
  // A server that stops first must not end this process.
  client.on('error', () => undefined);
  await client.connect();
  resources.defer(() => client.end());

  const progress = async (): Promise<Progress> => {
    const { rows } = await client.query<Progress>(`
      select
        (select coalesce(sum(next_offset), 0)::float8 from audit.consumer_offset) as audited,
        (select coalesce(sum(next_offset), 0)::float8 from billing.consumer_offset) as counted`);
    return only(rows);
  };
  const counts = async (): Promise<Counts> => {
    const { rows } = await client.query<Counts>(`
      select
        count(*) filter (where kind = 'received')::float8 as received,
        count(*) filter (where kind = 'completed')::float8 as completed,
        (
          select coalesce(sum(requests), 0)::float8 from billing.usage_hour join billing.usage_key using (key)
          where outcome not in ('refused', 'throttled', 'answered')
        ) as usage
      from audit.event`);
    return only(rows);
  };
  const untilBooked = async (since: Progress, requests: number, signal: AbortSignal): Promise<void> => {
    const deadlineMs = Date.now() + bookedWithinMs;
    for (;;) {
      const { audited, counted } = await progress();
      if (audited - since.audited >= 2 * requests && counted - since.counted >= requests) return;
      if (Date.now() > deadlineMs) {
        throw new Error(
          `of ${requests} exchanges only ${(audited - since.audited) / 2} are audited and ${counted - since.counted} counted after ${bookedWithinMs / 1_000} s`,
        );
      }
      await sleep(pollMs, undefined, { signal });
    }
  };
  return { progress, counts, untilBooked };
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('a count without a row');
  return row;
}
