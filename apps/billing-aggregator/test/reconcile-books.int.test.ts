import { inTransaction } from '@ssp/postgres';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { addUsage } from '../src/add-usage.ts';
import { aggregateUsage } from '../src/aggregate-usage.ts';
import { readBilledHour } from '../src/reconcile/billed-hour.ts';
import { totalOf } from '../src/reconcile/key-sums.ts';
import { noteChanges } from '../src/reconcile/note-changes.ts';
import { reconcileMonth } from '../src/reconcile/reconcile-month.ts';
import { type HourOutcome } from '../src/reconcile/hour-outcome.ts';
import { storeHour } from '../src/reconcile/store-hour.ts';
import { booksRig, exchanges, graduated } from './books-rig.ts';
import { billingRig } from './rig.ts';
import { usage } from './store-usage.ts';

const hour = '2026-03-01T10:00:00.000Z';

test('what is being counted when its hour is reconciled for the first time is waited for, and what is counted later is noticed', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await billingRig(resources);
  const isWaiting = async () => {
    const { rows } = await pool.query<{ waiting: boolean }>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiting`,
    );
    return rows[0]?.waiting;
  };
  let isRead = false;
  const { billed } = await inTransaction(pool, async (client) => {
    const sums = aggregateUsage([usage({ hour })]);
    await addUsage(client, sums);
    await noteChanges(client, sums);
    const reading = readBilledHour(pool, new Date(hour)).finally(() => {
      isRead = true;
    });
    await expect.poll(async () => isRead || (await isWaiting()), { timeout: 30_000 }).toBe(true);
    return { billed: reading };
  });
  expect(totalOf((await billed).usage)).toMatchObject({ requests: 1 });

  await inTransaction(pool, (client) => noteChanges(client, [{ hour }]));
  expect((await readBilledHour(pool, new Date(hour))).changes).toBe((await billed).changes + 1n);
});

test('whoever acts as the keeper of the books can reconcile, which comes before a month is closed', async () => {
  await using resources = new AsyncDisposableStack();
  const books = await booksRig(resources);
  await books.load(graduated);
  await books.count(exchanges(3));
  await books.close('2026-03');
  const options = '-c role=ssp_billing_books';
  const connectionString = books.pool.options.connectionString;
  const asKeeper = resources.adopt(new Pool({ connectionString, options, max: 2 }), (it) => it.end());
  asKeeper.on('error', () => undefined);

  const { changes, usage: counted } = await readBilledHour(asKeeper, new Date(hour));
  const outcome: HourOutcome = {
    asOf: changes,
    told: 1,
    audited: 1,
    entered: 1,
    usage: totalOf(counted),
    closed: 0,
    differences: 1,
    found: [{ kind: 'lost', internalId: null, traceId: null, about: 'a test' }],
    late: [],
    written: new Map(),
  };
  await storeHour(asKeeper, new Date(hour), outcome);
  await storeHour(asKeeper, new Date(hour), outcome);
  expect(await reconcileMonth(asKeeper, '2026-03')).toMatchObject({ state: 'balanced' });
  expect(await reconcileMonth(asKeeper, '2026-03')).toMatchObject({ stated: 3, counted: 3 });
});
