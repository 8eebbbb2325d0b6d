import { backingServices } from '@ssp/testing/vitest';
import { Client } from 'pg';
import { type Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig } from './rig.ts';

const timeout = { timeout: 100_000 };

async function sumOf(metrics: Registry, name: string): Promise<number> {
  const metric = await metrics.getSingleMetric(name)?.get();
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
}

/** Shuts a database, and all connections to it, until it is opened again. */
async function databaseDoor(url: string, resources: AsyncDisposableStack) {
  const name = new URL(url).pathname.slice(1);
  const admin = new Client({ connectionString: backingServices().postgres.url });
  await admin.connect();
  resources.defer(() => admin.end());
  return {
    shut: async () => {
      await admin.query(`alter database "${name}" with allow_connections false`);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    },
    open: () => admin.query(`alter database "${name}" with allow_connections true`),
  };
}

test('while Postgres is away the oldest unwritten event ages, and no longer once it is written', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const door = await databaseDoor(rig.config.postgres.url, resources);
  const { service } = await rig.start(resources);
  const oldest = () => sumOf(service.metrics, 'ssp_audit_oldest_unwritten_seconds');
  const lag = () => sumOf(service.metrics, 'ssp_audit_lag_events');
  const height = () => sumOf(service.metrics, 'ssp_audit_chain_height');
  const first = exchangeEvents();
  await rig.publish(first.records);
  await expect.poll(() => rig.countRows([first.internalId]), timeout).toMatchObject({ rows: 2 });
  const before = await height();

  await door.shut();
  const second = exchangeEvents();
  await rig.publish(second.records);
  await expect.poll(lag, timeout).toBeGreaterThanOrEqual(2);
  const age = await oldest();
  await expect.poll(oldest, timeout).toBeGreaterThan(age + 3);
  const peak = await oldest();

  await door.open();
  await expect.poll(() => rig.countRows([second.internalId]), timeout).toMatchObject({ rows: 2 });
  // Others publish meanwhile, so it need not be 0 at any look.
  await expect.poll(oldest, timeout).toBeLessThan(peak);
  expect(await height()).toBeGreaterThanOrEqual(before + 2);
});
