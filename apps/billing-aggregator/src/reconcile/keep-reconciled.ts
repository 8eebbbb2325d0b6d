import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type ReconcileMetrics } from '../metrics.ts';
import { firstUsageHour, hoursToReconcile, ripeHours } from './hours.ts';
import { readHours } from './read-hours.ts';
import { monthsToReconcile, reconcileMonth } from './reconcile-month.ts';
import { type Reconciling } from './reconcile-hour.ts';
import { reconcileHours } from './reconcile-hours.ts';

const dayMs = 86_400_000;
/** Beyond the longest time that an event may wait on its way. */
const lookBackMs = 40 * dayMs;
/** An hour that differs is looked at again after that long: the rest may have come. */
const retryMs = 3_600_000;
const everyMaxMs = 300_000;

/**
 * Holds each hour against the audit once it is ripe, and again when it has changed or did not balance. Of several copies one at a time does
 * so; all tell what is open. The statements of a month that was closed lately are held against its usage once a day.
 */
export function keepReconciled(
  reconciling: Reconciling,
  ripeAfterMs: number,
  metrics: ReconcileMetrics,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): void {
  const { pool } = reconciling;
  const stop = new AbortController();
  let running: Promise<void> | null = null;

  const ripe = async () => {
    const nowMs = Date.now();
    const first = await firstUsageHour(pool);
    if (first === null) return [];
    const from = new Date(Math.max(first.getTime(), Math.floor((nowMs - lookBackMs) / retryMs) * retryMs));
    return ripeHours({ from, to: new Date(nowMs) }, nowMs, ripeAfterMs);
  };
  const look = async () => {
    const hours = await ripe();
    await alone(pool, async () => {
      const open = await hoursToReconcile(pool, hours, new Date(Date.now() - retryMs));
      for await (const result of reconcileHours(reconciling, open, stop.signal)) {
        const { hour, state, differences: count } = result.hour;
        const lines = result.differences.slice(0, 20);
        if (state === 'unbalanced')
          log.error({ hour, count, differences: lines }, 'an hour does not balance');
        else log.info({ hour, state, requests: result.hour.requests }, 'an hour was reconciled');
      }
      const nowMs = Date.now();
      for (const name of await monthsToReconcile(
        pool,
        new Date(nowMs - lookBackMs),
        new Date(nowMs - dayMs),
      )) {
        const month = await reconcileMonth(pool, name);
        if (month?.state === 'unbalanced')
          log.error(
            { month: name, count: month.differences, differences: month.named.slice(0, 20) },
            'the statements of a month are not its usage',
          );
      }
    });
    const results = await readHours(pool, hours);
    const open = results.filter(({ hour }) => hour.state === 'unbalanced' || hour.state === 'waiting');
    metrics.unreconciled.set(open.length);
    metrics.differences.set(open.reduce((sum, { hour }) => sum + hour.differences, 0));
    const [oldest] = open;
    metrics.age.set(
      oldest === undefined ? 0 : (Date.now() - ripeAfterMs - Date.parse(oldest.hour.hour)) / 1_000,
    );
  };
  const work = async () => {
    try {
      await look();
    } catch (error) {
      if (!stop.signal.aborted) log.warn({ err: error }, 'billing could not be reconciled; trying again');
    } finally {
      running = null;
    }
  };
  const start = () => {
    running ??= work();
  };
  const timer = setInterval(start, Math.min(everyMaxMs, ripeAfterMs));
  start();
  resources.defer(async () => {
    clearInterval(timer);
    stop.abort();
    await running;
  });
}

/** Does the work where nobody else does it, and nothing otherwise. */
async function alone(pool: Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('billing.reconciled_hour')) as mine`,
    );
    if (rows[0]?.mine !== true) return;
    try {
      await work();
    } finally {
      await client.query(`select pg_advisory_unlock(hashtext('billing.reconciled_hour'))`);
    }
  } finally {
    client.release();
  }
}
