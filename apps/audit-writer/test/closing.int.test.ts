import { randomUUID } from 'node:crypto';
import {
  AuditedExchanges,
  AuditedStories,
  closeEvent,
  ExchangeClosed,
  ExchangeReceived,
} from '@ssp/contracts';
import { boundsReader, connectKafka, type Publisher, startPublisher } from '@ssp/kafka';
import { startOwnKafka } from '@ssp/testing';
import { type Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleArrived } from '../src/closing/settle-arrived.ts';
import { areStored, askEnds } from '../src/closing/told-before.ts';
import { auditMetrics } from '../src/metrics.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { exchangeEvents } from './events.ts';
import { auditRig, tokens } from './rig.ts';

const patience = { timeout: 120_000, interval: 100 };
const log = pino({ level: 'silent' });
const resources = new AsyncDisposableStack();
/** Of this file alone: who closes here would close what other tests have left open. */
let brokers: readonly string[];

beforeAll(async () => {
  ({ brokers } = await startOwnKafka(resources));
}, 120_000);
afterAll(() => resources.disposeAsync());

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${tokens.auditor}` } });
  expect(response.status).toBe(200);
  return response.json();
}

async function shown(pool: Pool, ids: readonly string[]) {
  const { rows } = await pool.query<{ internal_id: string; outcome: string | null; closed: boolean }>(
    'select internal_id, outcome, closed_at is not null as closed from audit.exchange where internal_id = any($1)',
    [ids],
  );
  return Object.fromEntries(
    rows.map(({ internal_id, outcome, closed }) => [internal_id, { outcome, closed }]),
  );
}

/** How often each closing is in the table. */
async function closings(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ id: string; count: number }>(
    'select internal_id as id, count(*)::int as count from audit.event where kind = $1 group by 1',
    [ExchangeClosed.type],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

test(
  'an exchange whose end nobody told is closed once by two writers, shown as abandoned, and gives way to a late end',
  { timeout: 300_000 },
  async () => {
    await using scope = new AsyncDisposableStack();
    const rig = await auditRig(scope, brokers);
    const writers = { closeAfterMs: 1_000 };
    const { api } = await rig.start(scope, writers);
    await rig.start(scope, writers);
    const ended = exchangeEvents();
    const w3cTraceId = randomUUID().replaceAll('-', '');
    const traceparent = `00-${w3cTraceId}-00f067aa0ba902b7-01`;
    const open = Array.from({ length: 50 }, (_, nth) =>
      exchangeEvents(nth === 0 ? { received: { traceparent }, completed: { traceparent } } : {}),
    );
    const beginnings = open.flatMap(({ records }) => records.slice(0, 1));
    await rig.publish([...ended.records, ...beginnings]);
    const ids = open.map(({ internalId }) => internalId);
    const each = new Map(ids.map((id) => [id, 1]));
    await expect.poll(() => closings(rig.pool), patience).toEqual(each);

    const [one, other] = open;
    const closed = { outcome: 'abandoned', closed: true };
    expect(await shown(rig.pool, [ended.internalId, one?.internalId ?? ''])).toEqual({
      [ended.internalId]: { outcome: 'forwarded', closed: false },
      [one?.internalId ?? '']: closed,
    });
    const search = `${api}/v1/exchanges?outcome=abandoned&traceId=`;
    const found = AuditedExchanges.parse(await ask(`${search}${one?.traceId}`));
    expect(found.exchanges).toMatchObject([
      { internalId: one?.internalId, outcome: 'abandoned', completedAt: null, status: null },
    ]);
    const byOwnTrace = await ask(`${api}/v1/exchanges?outcome=abandoned&w3cTraceId=${w3cTraceId}`);
    expect(AuditedExchanges.parse(byOwnTrace).exchanges).toEqual(found.exchanges);
    const { stories } = AuditedStories.parse(await ask(`${api}/v1/stories?traceId=${one?.traceId}`));
    expect(stories).toMatchObject([
      { exchange: { outcome: 'abandoned' }, end: null, closed: { reason: 'no-end-told' } },
    ]);

    await rig.publish(one?.records.slice(1) ?? []);
    await expect
      .poll(() => shown(rig.pool, [one?.internalId ?? '', other?.internalId ?? '']), patience)
      .toEqual({
        [one?.internalId ?? '']: { outcome: 'forwarded', closed: false },
        [other?.internalId ?? '']: closed,
      });
    expect(AuditedExchanges.parse(await ask(`${search}${one?.traceId}`)).exchanges).toEqual([]);
    const late = AuditedStories.parse(await ask(`${api}/v1/stories?traceId=${one?.traceId}`));
    expect(late.stories).toMatchObject([{ exchange: { outcome: 'forwarded' }, closed: null }]);
    expect(await closings(rig.pool)).toEqual(each);
    expect(await verifyAudit(tableSource(rig.pool), null)).toMatchObject({ faults: [] });
  },
);

test('a closing that is told again, as by a writer that was killed, is kept once', async () => {
  await using scope = new AsyncDisposableStack();
  const rig = await auditRig(scope, brokers);
  await rig.start(scope);
  const { internalId, records } = exchangeEvents();
  const { time, source, data } = ExchangeReceived.decode(records[0]?.value ?? '');
  const { remoteAddress } = data.connection;
  const exchange = { ...data, remoteAddress, edge: source, receivedAt: new Date(time) };
  const closing = (at: number) => ({
    topic: ExchangeClosed.topic,
    value: JSON.stringify(closeEvent(exchange, new Date(at))),
  });
  await rig.publish([...records.slice(0, 1), closing(1), closing(2)]);
  // In a batch of its own, when the first is in the table.
  await expect.poll(async () => (await closings(rig.pool)).get(internalId), patience).toBe(1);
  await rig.publish([closing(3), ...records.slice(1)]);
  await expect
    .poll(() => shown(rig.pool, [internalId]), patience)
    .toEqual({
      [internalId]: { outcome: 'forwarded', closed: false },
    });
  const putAside = async () =>
    (await rig.pool.query('select from audit.quarantine where reason like $1', ['a repeat%'])).rowCount;
  await expect.poll(putAside, patience).toBe(2);
  expect((await closings(rig.pool)).get(internalId)).toBe(1);
});

test('what was told and is not stored yet is waited for', async () => {
  await using scope = new AsyncDisposableStack();
  const rig = await auditRig(scope, brokers);
  const readBounds = boundsReader(connectKafka(rig.config.kafka, log), new AbortController().signal, scope);
  await rig.publish(exchangeEvents().records);
  const asked = await askEnds(rig.pool, readBounds);
  expect(await areStored(rig.pool, asked)).toBe(false);
  await rig.start(scope);
  await expect.poll(() => areStored(rig.pool, asked), patience).toBe(true);
});

/** More than two parts; the last one arrives later. */
const many = 4_505;

test('what arrived long ago is looked through part by part, and once', async () => {
  await using scope = new AsyncDisposableStack();
  const rig = await auditRig(scope, brokers);
  const kafka = connectKafka(rig.config.kafka, log);
  // A busy Kafka may take its time: what is told twice is counted twice.
  const publisher = startPublisher(kafka, { publishTimeoutMs: 60_000 }, log, new Registry(), scope);
  const registry = new Registry();
  const closing = { pool: rig.pool, publisher, metrics: auditMetrics(registry), closeAfterMs: 1 };
  // Every fifth has no end.
  await rig.pool.query(
    `insert into audit.event (topic, partition, "offset", event_id, kind, occurred_at, internal_id, method, redacted_url,
      remote_address, body, digest)
    select case kind when 'received' then $2 else 'elsewhere' end, 1, nth, nth || kind, kind, now() - interval '40 days', md5(nth::text)::uuid,
      'GET', '/', '192.0.2.1', '{"source":"/ssp/edge/1"}', ''
    from generate_series(1, $1::int) as nth, unnest(array['received', 'completed']) as kind
    where kind = 'received' or nth % 5 > 0`,
    [many, ExchangeReceived.topic],
  );
  const arrived = (nextOffset: number) =>
    rig.pool.query(
      `insert into audit.consumer_offset (topic, partition, next_offset) values ($1, 1, $2)
       on conflict (topic, partition) do update set next_offset = excluded.next_offset`,
      [ExchangeReceived.topic, nextOffset],
    );
  await arrived(many);
  expect(await settleArrived(closing, new Date(0))).toBe(0);
  const settleNow = () => settleArrived(closing, new Date());
  await expect.poll(settleNow, patience).toBe(900);
  const { rows } = await rig.pool.query('select settled_below from audit.closing');
  expect(rows).toEqual([{ settled_below: String(many) }]);
  await arrived(many + 1);
  await expect.poll(settleNow, patience).toBe(1);
  expect(await registry.getSingleMetricAsString('ssp_audit_exchanges_closed_total')).toContain(' 901');
});

/** An exchange that has begun in each of so many partitions, and nothing further. */
async function beginOneIn(pool: Pool, partitions: number): Promise<void> {
  await pool.query(
    `insert into audit.event (topic, partition, "offset", event_id, kind, occurred_at, internal_id, method, redacted_url,
      remote_address, body, digest)
    select $1, partition, 0, partition, 'received', now(), gen_random_uuid(), 'GET', '/', '192.0.2.1', '{"source":"/ssp/edge/1"}', ''
    from generate_series(1, $2::int) as partition`,
    [ExchangeReceived.topic, partitions],
  );
  await pool.query(
    `insert into audit.consumer_offset (topic, partition, next_offset) select $1, generate_series(1, $2::int), 1`,
    [ExchangeReceived.topic, partitions],
  );
}

test('no transaction lasts while Kafka is told, and a partition passes on from a writer that is away too long', async () => {
  await using scope = new AsyncDisposableStack();
  const rig = await auditRig(scope, brokers);
  await beginOneIn(rig.pool, 1);
  const toldBy = (publish: Publisher['publish']) => {
    const publisher = { publish };
    const metrics = auditMetrics(new Registry());
    return settleArrived({ pool: rig.pool, publisher, metrics, closeAfterMs: 1 }, new Date());
  };
  const told: string[] = [];
  const tell = async (_topic: string, value: string) => void told.push(ExchangeClosed.decode(value).id);
  await toldBy(tell);
  await rig.pool.query(`update audit.closing set arrived_by = now() - interval '1 minute'`);

  const slow = { begins: Promise.withResolvers<void>(), ends: Promise.withResolvers<void>() };
  scope.defer(() => slow.ends.resolve());
  const first = toldBy(async (topic, value) => {
    slow.begins.resolve();
    await slow.ends.promise;
    return tell(topic, value);
  });
  await slow.begins.promise;
  const { rows: open } = await rig.pool.query(
    `select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
  );
  expect(open).toEqual([]);
  expect(await toldBy(tell)).toBe(0);
  expect(told).toEqual([]);

  await rig.pool.query(`update audit.closing set taken_until = now() - interval '1 second'`);
  expect(await toldBy(tell)).toBe(1);
  const row = async () => (await rig.pool.query('select * from audit.closing')).rows;
  const noted = await row();
  expect(noted).toMatchObject([{ settled_below: '1', taken_until: null }]);
  slow.ends.resolve();
  expect(await first).toBe(1);
  expect(await row()).toEqual(noted);
  // By one id, so that it is kept once.
  expect(told).toEqual([told[0], told[0]]);
});

test('who is told to stop ends behind the part that it is at, however much there is to close', async () => {
  await using scope = new AsyncDisposableStack();
  const rig = await auditRig(scope, brokers);
  await beginOneIn(rig.pool, 3);
  const stop = new AbortController();
  const publisher = { publish: async () => stop.abort() };
  const closing = { pool: rig.pool, publisher, metrics: auditMetrics(new Registry()), closeAfterMs: 1 };
  await settleArrived(closing, new Date(0));
  await rig.pool.query(
    `update audit.closing set arrived_by = now() - interval '1 minute', arrived_below = 1`,
  );
  expect(await settleArrived(closing, new Date(), stop.signal)).toBe(1);
  const { rows } = await rig.pool.query('select from audit.closing where settled_below > 0');
  expect(rows).toHaveLength(1);
});
