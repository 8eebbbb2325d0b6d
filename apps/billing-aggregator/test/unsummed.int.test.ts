import { createService, type Service } from '@ssp/service';
import { seededRandom } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test, vi } from 'vitest';
import { rollerMetrics } from '../src/metrics.ts';
import { keepRolled } from '../src/rollups/keep-rolled.ts';
import { readUnsummed } from '../src/rollups/read-unsummed.ts';
import { rollUsage } from '../src/rollups/roll-usage.ts';
import { billingRig } from './rig.ts';
import { storeUsage } from './store-usage.ts';
import { drawUsages } from './usage-questions.ts';

const waiting = { timeout: 60_000 };
const dayMs = 86_400_000;

/** Sums up as a process does; it ends with the scope. */
function startRolling(pool: Pool, scope: AsyncDisposableStack) {
  const service = createService('roller', scope);
  keepRolled(pool, rollerMetrics(service.metrics), service);
  return {
    service,
    value: (name: string) => valueOf(service, name),
  };
}

async function valueOf({ metrics }: Service, name: string): Promise<number> {
  const values = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** Some usage of two days that have ended; when they began. */
async function storeSome(pool: Pool) {
  const from = new Date(Math.floor(Date.now() / dayMs - 3) * dayMs).toISOString();
  await storeUsage(pool, drawUsages(100, from, 48, seededRandom(17).below));
  return new Date(from);
}

test('what is summed up is told, and that nothing waits any more', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  await storeSome(pool);
  const rolling = startRolling(pool, resources);
  await expect
    .poll(() => rolling.service.metrics.getSingleMetricAsString('ssp_billing_summed_periods_total'), waiting)
    .toMatch(/grain="day"\} [1-9]/);
  await expect.poll(() => rolling.value('ssp_billing_unsummed_hours'), waiting).toBe(0);
  expect(await rolling.value('ssp_billing_unsummed_age_seconds')).toBe(0);
  expect(await rolling.value('ssp_billing_summing_failures_total')).toBe(0);
});

test('what fails is told, with all that waits since, and for how long nothing was gone through', async () => {
  await using resources = new AsyncDisposableStack();
  resources.defer(() => void vi.useRealTimers());
  const { pool } = await billingRig(resources);
  await storeSome(pool);
  await pool.query('alter table billing.usage_rollup rename to usage_rollup_away');
  const rolling = startRolling(pool, resources);
  await expect.poll(() => rolling.value('ssp_billing_summing_failures_total'), waiting).toBe(1);
  await expect.poll(() => rolling.value('ssp_billing_unsummed_hours'), waiting).toBeGreaterThan(40);
  expect(await rolling.value('ssp_billing_unsummed_age_seconds')).toBeGreaterThan(dayMs / 1_000);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000_000 });
  expect(await rolling.value('ssp_billing_summing_age_seconds')).toBeGreaterThanOrEqual(5_000);
});

test('an hour that a late event has changed waits since then, not since it ended', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const from = await storeSome(pool);
  const rollAll = async (now: Date) => {
    while ((await Array.fromAsync(rollUsage(pool, now))).length > 0);
  };
  const now = new Date();
  await rollAll(now);
  expect(await readUnsummed(pool, now)).toEqual({ hours: 0, ageSeconds: 0 });

  await storeUsage(pool, drawUsages(2, from.toISOString(), 1, seededRandom(19).below));
  await storeUsage(pool, drawUsages(2, from.toISOString(), 1, seededRandom(23).below));
  await pool.query(`update billing.stale_hour set marked_at = $1::timestamptz - interval '90 seconds'`, [
    now,
  ]);
  expect(await readUnsummed(pool, now)).toEqual({ hours: 1, ageSeconds: 90 });

  await rollAll(now);
  expect(await readUnsummed(pool, now)).toEqual({ hours: 0, ageSeconds: 0 });
});
