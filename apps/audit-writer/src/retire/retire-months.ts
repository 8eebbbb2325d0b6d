import { randomUUID, type KeyObject } from 'node:crypto';
import { AuditRetired } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { type KnownKeys } from '../key-change.ts';
import { refuseReplacedKey } from '../keep-checkpoints.ts';
import { keyIdOf, signStatement } from '../statement.ts';
import { type Fault } from '../verify/fault.ts';
import { tellProgress } from '../verify/tell-progress.ts';
import { dropMonths } from './drop-months.ts';
import { type OldMonth, oldMonths, retentionEnd } from './old-months.ts';
import { retirementStatement } from './retirement.ts';
import { type Run } from './runs.ts';
import { verifiedRuns } from './verified-runs.ts';

export type Retiring = {
  readonly retentionDays: number;
  readonly who: string;
  readonly why: string;
  /** Signs what is dropped. */
  readonly key: KeyObject;
  /** Who may have signed what it rests on. */
  readonly keys: KnownKeys;
  readonly at: Date;
  /** Rejects where Kafka has not confirmed it: then nothing is dropped. */
  readonly publish: (event: string) => Promise<void>;
};

/** Another process is dropping months of the same audit. */
class RetiringElsewhereError extends Error {
  override readonly name = 'RetiringElsewhereError';
}

/**
 * Drops the months that are wholly beyond their retention: verifies them, tells the audit, and keeps what was signed of them in the transaction
 * that drops them. Gives what was dropped, or the faults for which nothing was.
 */
export async function retireMonths(
  pool: Pool,
  retiring: Retiring,
  log: Logger,
): Promise<{ readonly months: readonly OldMonth[]; readonly faults: readonly Fault[] }> {
  const { retentionDays, key, keys, at, publish } = retiring;
  const keyId = Buffer.from(keyIdOf(key), 'hex');
  if (!keys.has(keyIdOf(key))) throw new Error('nobody who verifies would believe the key that is to sign');
  await using turn = await takeTurn(pool);
  await refuseReplacedKey(pool, key);
  const occurredBefore = retentionEnd(at, retentionDays);
  const months = await inTransaction(pool, async (client) => {
    await client.query('set local statement_timeout = 0');
    return oldMonths(client, occurredBefore);
  });
  const names = months.map(({ month }) => month);
  if (names.length === 0) return { months, faults: [] };
  const { runs, faults } = await inTransaction(pool, async (client) => {
    await client.query('set local statement_timeout = 0');
    return verifiedRuns(client, names, keys, tellProgress(log));
  });
  if (faults.length > 0) return { months, faults };
  const event = retiredEvent(retiring, names, occurredBefore, runs);
  await publish(JSON.stringify(event));
  log.info({ eventId: event.id, months: names, runs: runs.length }, 'told; now dropping');
  const retirements = runs.map((run) => {
    const retirement = { ...run, at, eventId: event.id, keyId };
    return { ...retirement, signature: signStatement(retirementStatement(retirement), key) };
  });
  turn.signal.throwIfAborted();
  await inTransaction(pool, (client) =>
    dropMonths(client, { months: names, occurredBefore, eventId: event.id, retirements }),
  );
  return { months, faults: [] };
}

function retiredEvent(
  { at, who, why, retentionDays }: Retiring,
  months: string[],
  occurredBefore: Date,
  runs: readonly Run[],
): AuditRetired {
  const rowsOf = (kind: Run['chain']) =>
    runs.reduce((sum, { chain, rows }) => sum + (chain === kind ? rows : 0), 0);
  return {
    specversion: '1.0',
    id: `${AuditRetired.type}.${randomUUID()}`,
    source: '/ssp/audit-retire',
    type: AuditRetired.type,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: {
      who,
      why,
      retentionDays,
      months,
      occurredBefore: occurredBefore.toISOString(),
      events: rowsOf('event'),
      fullUrls: rowsOf('url'),
    },
  };
}

/** Held by a connection of its own; the signal aborts when that breaks. @throws RetiringElsewhereError */
async function takeTurn(pool: Pool) {
  const client = await pool.connect();
  const lost = new AbortController();
  client.on('error', (error) => lost.abort(error));
  const { rows } = await client.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(hashtext('audit.retire')) as mine`,
  );
  if (rows[0]?.mine !== true) {
    client.release(true);
    throw new RetiringElsewhereError('another process is dropping months of this audit');
  }
  return {
    signal: lost.signal,
    [Symbol.asyncDispose]: async () => {
      // Not the end of the connection alone, which the server hears of later.
      await client.query(`select pg_advisory_unlock(hashtext('audit.retire'))`).catch(() => undefined);
      client.release(true);
    },
  };
}
