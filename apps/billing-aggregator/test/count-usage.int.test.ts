import { randomUUID } from 'node:crypto';
import { type ExchangeCompleted } from '@ssp/contracts';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { booksOf } from './books.ts';
import { completedEvent } from './completed-event.ts';
import { encoded, mixedEvents } from './mixed-events.ts';
import { billingRig, publisherRig } from './rig.ts';

const waiting = { timeout: 100_000, interval: 100 };

/** What the table should hold, counted in the plainest way. */
function expectedTotals(events: readonly ExchangeCompleted[]) {
  const billable = events.filter(
    ({ data }) => data.outcome === 'forwarded' && (data.providerStatus ?? 0) < 500,
  );
  const sum = (read: (event: ExchangeCompleted) => number) =>
    events.reduce((total, event) => total + read(event), 0);
  return {
    requests: events.length,
    billable: billable.length,
    requestBytes: sum(({ data }) => data.requestBytes),
    responseBytes: sum(({ data }) => data.responseBytes),
    providerUs: sum(({ data }) => Math.round((data.timings.providerMs ?? 0) * 1_000)),
    totalUs: sum(({ data }) => Math.round(data.timings.totalMs * 1_000)),
  };
}

async function storedTotals(pool: Pool, supplier: string): Promise<unknown> {
  const { rows } = await pool.query(
    `select sum(requests)::float8 as "requests", sum(billable)::float8 as "billable",
       sum(request_bytes)::float8 as "requestBytes", sum(response_bytes)::float8 as "responseBytes",
       sum(provider_us)::float8 as "providerUs", sum(total_us)::float8 as "totalUs"
     from billing.usage_hour join billing.usage_key using (key) where supplier = $1`,
    [supplier],
  );
  return rows[0];
}

async function storedRows(pool: Pool, supplier: string): Promise<{ readonly outcome: string }[]> {
  const { rows } = await pool.query<{ outcome: string }>(
    `select * from billing.usage_hour join billing.usage_key using (key) where supplier = $1 order by hour, key`,
    [supplier],
  );
  return rows;
}

test(
  'usage is exact across partitions, a killed process, events published twice and a replay by two copies',
  { timeout: 120_000 },
  async () => {
    await using resources = new AsyncDisposableStack();
    const { publish } = await publisherRig(resources);
    const billing = await billingRig(resources);
    const supplier = `Supplier ${randomUUID()}`;
    const events = mixedEvents(supplier, 2_000);

    for (let start = 0; start < 1_000; start += 100) await publish(encoded(events.slice(start, start + 100)));
    const kill = billing.spawnAggregator();
    await expect.poll(() => storedRows(billing.pool, supplier), waiting).not.toEqual([]);
    await kill();

    // The rest, and some of the first part once more, now in other partitions.
    for (let start = 900; start < 2_000; start += 75) await publish(encoded(events.slice(start, start + 75)));
    await using aggregating = new AsyncDisposableStack();
    const aggregator = await billing.startAggregator(aggregating);
    aggregator.health.started();
    await expect.poll(() => storedTotals(billing.pool, supplier), waiting).toEqual(expectedTotals(events));
    expect(await aggregator.health.report()).toMatchObject({
      ready: true,
      checks: { kafka: 'ok', postgres: 'ok' },
    });
    // What is stored is counted a moment later.
    await expect
      .poll(() => aggregator.metrics.getSingleMetricAsString('ssp_billing_events_total'), waiting)
      .toMatch(/result="duplicate"\} [1-9]/);
    // Whoever counted it: a copy that was killed is seen by the others.
    await expect
      .poll(() => aggregator.metrics.getSingleMetricAsString('ssp_billing_lag_events'), waiting)
      .toMatch(/partition="5"\} \d/);

    const replayed = await billingRig(resources);
    const killCopy = replayed.spawnAggregator();
    await replayed.startAggregator(aggregating);
    await expect.poll(() => storedRows(replayed.pool, supplier), waiting).not.toEqual([]);
    await killCopy();
    await expect.poll(() => storedTotals(replayed.pool, supplier), waiting).toEqual(expectedTotals(events));
    expect(await booksOf(replayed.pool, supplier)).toEqual(await booksOf(billing.pool, supplier));
  },
);

test('a record that cannot be read is quarantined as it came and the rest goes on', async () => {
  await using resources = new AsyncDisposableStack();
  const { publish } = await publisherRig(resources);
  const billing = await billingRig(resources);
  const supplier = `Supplier ${randomUUID()}`;
  const events = mixedEvents(supplier, 20);
  const poison = `{"not":"an event ${supplier}`;
  const [first = '', ...rest] = encoded(events);
  await publish([first, poison, ...rest]);

  await billing.startAggregator(resources);
  await expect.poll(() => storedTotals(billing.pool, supplier), waiting).toEqual(expectedTotals(events));
  const { rows } = await billing.pool.query(
    'select reason, convert_from(value, $2) as value from billing.quarantine where value = convert_to($1, $2)',
    [poison, 'UTF8'],
  );
  expect(rows).toEqual([{ reason: 'not JSON', value: poison }]);
});

test('what never went to a provider is counted, and nobody is paid for it', async () => {
  await using resources = new AsyncDisposableStack();
  const { publish } = await publisherRig(resources);
  const billing = await billingRig(resources);
  const supplier = `Supplier ${randomUUID()}`;
  const parties = { supplier, receiverOds: 'B82617', senderOds: 'A20047' };
  const ends = [
    { outcome: 'refused', refusal: 'no-agreement' },
    { outcome: 'refused', refusal: 'consumer-limit' },
    { outcome: 'abandoned' },
    { outcome: 'answered' },
  ] as const;
  await publish(
    encoded(
      ends.map((end) =>
        completedEvent({ data: { ...end, endpoint: null, internalId: randomUUID(), parties } }),
      ),
    ),
  );

  await billing.startAggregator(resources);
  await expect
    .poll(async () => {
      const rows = await storedRows(billing.pool, supplier);
      return rows.toSorted((left, right) => (left.outcome < right.outcome ? -1 : 1));
    }, waiting)
    .toMatchObject(
      ['abandoned', 'answered', 'refused', 'throttled'].map((outcome) => ({
        outcome,
        requests: '1',
        billable: '0',
      })),
    );
});
