import { randomUUID } from 'node:crypto';
import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { auditRig } from './rig.ts';

const patience = { timeout: 100_000, interval: 100 };

test.for([
  {
    poison: 'no JSON',
    reason: 'not JSON',
    records: (mark: string) => [{ topic: ExchangeReceived.topic, value: `{${mark}` }],
  },
  {
    poison: 'an event of another shape',
    reason: 'time: invalid_type',
    records: (mark: string) => [{ topic: ExchangeCompleted.topic, value: JSON.stringify({ id: mark }) }],
  },
  {
    poison: 'a number that no column holds',
    reason: 'refused by the table: SQLSTATE 22P03',
    records: (mark: string) =>
      exchangeEvents({ traceId: mark, completed: { status: 2 ** 40 } }).records.slice(1),
  },
])('$poison goes to quarantine and the rest goes on', async ({ reason, records }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  await rig.start(resources);
  const mark = randomUUID();
  const good = Array.from({ length: 50 }, () => exchangeEvents());
  const ids = good.map(({ internalId }) => internalId);
  const goodRecords = good.flatMap((exchange) => exchange.records);
  await rig.publish([...goodRecords.slice(0, 50), ...records(mark), ...goodRecords.slice(50)]);

  await expect.poll(() => rig.countRows(ids), patience).toEqual({ rows: 100, events: 100, urls: 50 });
  const { rows } = await rig.pool.query<{ reason: string }>(
    'select reason from audit.quarantine where position($1::bytea in bytes) > 0',
    [Buffer.from(mark)],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.reason).toContain(reason);
});

test('what a caller may put into a token does not stop the audit', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  await rig.start(resources);
  const nasty = '\0 \\ \t \n \r \ud800 \u2028 " \' \\N';
  const { internalId, records } = exchangeEvents({
    received: {
      bearer: { state: 'read', alg: nasty, claims: { [nasty]: nasty } },
      method: nasty,
      redactedUrl: nasty,
      url: nasty,
    },
  });
  await rig.publish(records);
  await expect.poll(() => rig.countRows([internalId]), patience).toEqual({ rows: 2, events: 2, urls: 1 });
  const { rows } = await rig.pool.query<{ body: { data: { bearer: unknown } } }>(
    "select body from audit.event where internal_id = $1 and kind = 'received'",
    [internalId],
  );
  expect(rows[0]?.body.data.bearer).toEqual({ state: 'read', alg: nasty, claims: { [nasty]: nasty } });
});
