import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { type Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { findHoles } from '../src/numbers/find-holes.ts';
import { exchangeEvents } from './events.ts';
import { from, numberedEvents, ownSource } from './numbered-events.ts';
import { auditRig } from './rig.ts';

const patience = { timeout: 40_000, interval: 100 };
/** Long enough for what a test publishes at once to come through. */
const gapAfterMs = 500;

/** What is missing of a source of which 4 and 5 are. */
const both = [
  { topic: ExchangeCompleted.topic, first: 4, last: 5 },
  { topic: ExchangeReceived.topic, first: 4, last: 5 },
];

/** What writers have logged of one source. */
function logOf(source: string) {
  const lines: { readonly msg: string; readonly topic: string; first: number; last: number }[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line) => line.includes(source) && lines.push(JSON.parse(line)) },
  );
  return { lines, log };
}

async function holesOf(pool: Pool, source: string) {
  const holes = await findHoles(pool);
  return holes
    .filter((hole) => hole.source === source)
    .map(({ topic, first, last }) => ({ topic, first, last }));
}

async function runsOf(pool: Pool, source: string) {
  const { rows } = await pool.query(
    `select topic, first_number::int as first, last_number::int as last
     from audit.number_run join audit.producer on no = producer_no where source = $1 order by topic, first_number`,
    [source],
  );
  return rows;
}

test('events that are missing are told of, also by the next writer, until they come', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const source = ownSource();
  const early = numberedEvents(source, [...from(1, 3), ...from(6, 9)]);
  const late = numberedEvents(source, [4, 5]);
  {
    await using first = new AsyncDisposableStack();
    const { lines, log } = logOf(source);
    const { service } = await rig.start(first, { gapAfterMs }, { log });
    await rig.publish(early.records);
    await expect.poll(() => lines.length, patience).toBe(2);
    const inOrder = lines.toSorted((one, other) => one.topic.localeCompare(other.topic));
    expect(inOrder).toMatchObject(both.map((hole) => ({ ...hole, msg: 'events of a producer are missing' })));
    const missing = await service.metrics.getSingleMetric('ssp_audit_missing_events')?.get();
    for (const { topic } of both) {
      const value = missing?.values.find(({ labels }) => labels['topic'] === topic)?.value;
      expect(value).toBeGreaterThanOrEqual(2);
    }
    expect(await service.health.report()).toMatchObject({
      ready: true,
      checks: { numbers: expect.stringContaining('events are missing') },
    });
  }
  const { lines, log } = logOf(source);
  await rig.start(resources, { gapAfterMs }, { log });
  await expect.poll(() => lines.length, patience).toBe(2);
  expect(await holesOf(rig.pool, source)).toEqual(both);

  await rig.publish(late.records);
  await expect.poll(() => holesOf(rig.pool, source), patience).toEqual([]);
  // Joined, since they are without a hole.
  await expect
    .poll(() => runsOf(rig.pool, source), patience)
    .toEqual(both.map(({ topic }) => ({ topic, first: 1, last: 9 })));
  expect(lines.length).toBe(2);
});

test('events that come again, as from the spool of an edge that was killed, are kept once', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const source = ownSource();
  const { service } = await rig.start(resources, { gapAfterMs });
  const { ids, records } = numberedEvents(source, from(1, 300));
  await rig.publish(records.slice(0, 400));
  await rig.publish(records.slice(200));
  await expect.poll(() => rig.countRows(ids), patience).toEqual({ rows: 600, events: 600, urls: 300 });
  await expect
    .poll(async () => {
      const { rows } = await rig.pool.query<{ reason: string; count: number }>(
        'select reason, count(*)::int as count from audit.quarantine where position($1::bytea in bytes) > 0 group by 1',
        [Buffer.from(source)],
      );
      return rows;
    }, patience)
    .toEqual([{ reason: 'a repeat of an event that is kept', count: 200 }]);
  expect(await rig.countRows(ids)).toEqual({ rows: 600, events: 600, urls: 300 });
  expect(await holesOf(rig.pool, source)).toEqual([]);
  // What is written is counted a moment later.
  await expect
    .poll(() => service.metrics.metrics(), patience)
    .toContain('ssp_audit_events_repeated_total{topic="ssp.exchange.received"}');
});

test('another event under a number that is kept is put aside as such', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const source = ownSource();
  await rig.start(resources);
  const kept = numberedEvents(source, from(1, 4));
  await rig.publish(kept.records);
  await expect.poll(() => rig.countRows(kept.ids), patience).toMatchObject({ rows: 8 });
  const other = numberedEvents(source, [2]);
  const next = numberedEvents(source, [5]);
  await rig.publish([...other.records, ...next.records]);
  await expect.poll(() => rig.countRows(next.ids), patience).toMatchObject({ rows: 2 });
  const asideOf = async () => {
    const { rows } = await rig.pool.query(
      'select reason from audit.quarantine where position($1::bytea in bytes) > 0',
      [Buffer.from(other.ids[0] ?? '')],
    );
    return rows;
  };
  const reason = 'its number is that of another event';
  await expect.poll(asideOf, patience).toEqual([{ reason }, { reason }]);
  expect(await rig.countRows(other.ids)).toMatchObject({ rows: 0 });
});

test('what is put aside for another reason is not missing beside that', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const source = ownSource();
  await rig.start(resources);
  const refused = exchangeEvents({ numbered: { source, sequence: '2' }, completed: { status: 2 ** 40 } });
  const good = numberedEvents(source, [1, 3]);
  const unread = JSON.stringify({ source, sequence: '4', type: 'unknown' });
  const last = numberedEvents(source, [5]);
  await rig.publish([
    ...good.records,
    ...refused.records,
    { topic: ExchangeReceived.topic, value: unread },
    { topic: ExchangeCompleted.topic, value: unread },
    ...last.records,
  ]);
  await expect.poll(() => rig.countRows([...good.ids, ...last.ids]), patience).toMatchObject({ rows: 6 });
  await expect.poll(() => holesOf(rig.pool, source), patience).toEqual([]);
});
