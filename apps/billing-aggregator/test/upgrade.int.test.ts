import { cp, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@ssp/postgres';
import { createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ExchangeCompleted } from '@ssp/contracts';
import { batchApplier } from '../src/apply-batch.ts';
import { migrateBilling } from '../src/migrate-billing.ts';
import { usageOf } from '../src/usage-of.ts';
import { completedEvent } from './completed-event.ts';

const log = pino({ level: 'silent' });

/** A database as a platform of the first version leaves it. */
async function firstVersion(resources: AsyncDisposableStack) {
  const database = await createDatabase(resources);
  const postgres = {
    url: database.urlWithoutPassword,
    passwordFile: database.passwordFile,
    poolSize: 4,
    applicationName: 'billing-test',
  };
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'billing-migrations-')));
  const first = fileURLToPath(new URL('../migrations/001_usage.sql', import.meta.url));
  await cp(first, join(directory.path, '001_usage.sql'));
  await migrate({ config: postgres, directory: directory.path, schema: 'billing', log });
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());
  pool.on('error', () => undefined);
  return { pool, upgrade: () => migrateBilling(postgres, log) };
}

const batchOf = (...events: readonly ExchangeCompleted[]) => ({
  topic: ExchangeCompleted.topic,
  partition: 0,
  records: events.map((event, nth) => ({
    offset: BigInt(nth),
    value: Buffer.from(JSON.stringify(event)),
    timestampMs: 0,
  })),
  highWatermark: BigInt(events.length),
  earlierAreGone: false,
});

test('a platform that was running keeps its counts, and what it counted before is not counted again', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, upgrade } = await firstVersion(resources);
  const before = completedEvent();
  const { hour, key } = usageOf(before);
  await pool.query(`
    insert into billing.usage_hour values
      ('${hour}', 'Supplier A', 'B82617', '918999198738', 'A20047', '200000000359',
        'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1', '2xx', 1, 1, 100, 2000, 1, 12346, 12346, 15250),
      ('2026-02-01T07:00Z', 'Supplier B', 'B82617', '918999198738', 'A20047', '200000000359',
        'urn:x', 'failed', 3, 0, 100, 2000, 1, 12346, 12346, 15250)`);
  await pool.query(`insert into billing.seen_exchange values ('${hour}', '${before.data.internalId}')`);
  await upgrade();

  const after = completedEvent({ data: { internalId: '0198f0a0-0000-7000-8000-000000000002' } });
  const applied = await batchApplier(pool)(batchOf(before, after));
  expect(applied).toMatchObject({ counted: [{ internalId: after.data.internalId }], duplicates: 1 });

  // The new exchange went to the row of the old one: the keys that SQL and the aggregator make are the same.
  const { rows } = await pool.query('select * from billing.usage_hour order by hour');
  expect(rows).toMatchObject([
    { requests: '3', billable: '0', provider_timed: '1', own_us: '0', total_us: '15250' },
    {
      key: String(key),
      requests: '2',
      billable: '2',
      provider_us: '24692',
      own_us: '5808',
      total_us: '30500',
    },
  ]);
  const ledger = await pool.query(
    'select internal_id, key, billable from billing.counted_exchange order by internal_id',
  );
  expect(ledger.rows).toEqual([
    { internal_id: before.data.internalId, key: null, billable: null },
    { internal_id: after.data.internalId, key: String(key), billable: true },
  ]);
  const months = await pool.query(
    `select month::text, is_complete as complete from billing.ledger_month order by month`,
  );
  expect(months.rows).toEqual([
    { month: '2026-02-01', complete: false },
    { month: '2026-03-01', complete: false },
  ]);
});
