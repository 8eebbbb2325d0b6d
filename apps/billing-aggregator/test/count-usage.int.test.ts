import { randomUUID } from 'node:crypto';
import { type ExchangeCompleted, exchangeOutcomes } from '@ssp/contracts';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { completedEvent } from './completed-event.ts';
import { billingRig, publisherRig } from './rig.ts';

const waiting = { timeout: 100_000, interval: 100 };

/** Exchanges of every outcome, with three consumers and statuses of every class, over two hours. */
function mixedEvents(supplier: string, count: number): ExchangeCompleted[] {
  const statuses = [200, 201, 304, 404, 500];
  return Array.from({ length: count }, (_, index) => {
    const outcome = exchangeOutcomes[Math.floor(index / 5) % exchangeOutcomes.length] ?? 'forwarded';
    return completedEvent({
      time: index % 2 === 0 ? '2026-05-31T23:59:59.999Z' : '2026-06-01T00:00:00.000Z',
      data: {
        internalId: randomUUID(),
        from: `20000000000${index % 3}`,
        outcome,
        providerStatus: outcome === 'forwarded' ? (statuses[index % 5] ?? 200) : null,
        parties: { supplier, receiverOds: 'B82617', senderOds: 'A20047' },
        requestBytes: index,
        responseBytes: index * 1_000,
        timings: { ...completedEvent().data.timings, providerMs: index / 7, totalMs: index / 3 },
      },
    });
  });
}

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

const encoded = (events: readonly ExchangeCompleted[]) => events.map((event) => JSON.stringify(event));

test(
  'usage is exact across partitions, a killed process, events published twice and a replay',
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
    expect(await aggregator.metrics.getSingleMetricAsString('ssp_billing_events_total')).toMatch(
      /result="duplicate"\} [1-9]/,
    );

    const replayed = await billingRig(resources);
    await replayed.startAggregator(aggregating);
    await expect.poll(() => storedTotals(replayed.pool, supplier), waiting).toEqual(expectedTotals(events));
    expect(await storedRows(replayed.pool, supplier)).toEqual(await storedRows(billing.pool, supplier));
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
