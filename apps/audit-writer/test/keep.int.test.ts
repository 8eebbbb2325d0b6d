import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { exchangeEvents, fullUrl } from './events.ts';
import { auditRig } from './rig.ts';

const patience = { timeout: 100_000, interval: 100 };

function manyExchanges(count: number) {
  const exchanges = Array.from({ length: count }, () => exchangeEvents());
  return {
    ids: exchanges.map(({ internalId }) => internalId),
    records: exchanges.flatMap(({ records }) => records),
    complete: { rows: count * 2, events: count * 2, urls: count },
  };
}

test('every event is written once, its full URL apart from it', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { service } = await rig.start(resources);
  await expect.poll(() => service.health.report(), patience).toMatchObject({ ready: true });
  const { ids, records, complete } = manyExchanges(500);
  await rig.publish(records);
  await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);

  const { rows } = await rig.pool.query<{ body: string }>(
    'select body::text as body from audit.event where internal_id = $1',
    [ids[0]],
  );
  expect(rows.map(({ body }) => body).join('\n')).not.toContain(
    new URL(fullUrl).searchParams.get('identifier'),
  );
  const urls = await rig.pool.query('select url from audit.full_url where internal_id = $1', [ids[0]]);
  expect(urls.rows).toEqual([{ url: fullUrl }]);
});

test('a single event is written without waiting for others to fill a batch', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { service } = await rig.start(resources);
  await expect.poll(() => service.health.report(), patience).toMatchObject({ ready: true });
  const before = manyExchanges(1);
  await rig.publish(before.records);
  await expect.poll(() => rig.countRows(before.ids), patience).toEqual(before.complete);

  const { ids, records, complete } = manyExchanges(1);
  await rig.publish(records);
  await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);
});

test('a writer that stops midway loses nothing and repeats nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { ids, records, complete } = manyExchanges(2_000);
  let published: Promise<unknown> = Promise.resolve();
  {
    await using first = new AsyncDisposableStack();
    await rig.start(first);
    published = rig.publish(records);
    await expect.poll(async () => (await rig.countRows(ids))?.rows, patience).toBeGreaterThan(0);
  }
  await published;
  await rig.start(resources);
  await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);
});

test('a writer that is killed midway loses nothing and repeats nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { ids, records, complete } = manyExchanges(3_000);
  const writer = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    stdio: 'ignore',
    env: {
      KAFKA_BROKERS: rig.config.kafka.brokers.join(','),
      POSTGRES_URL: rig.config.postgres.url,
      POSTGRES_PASSWORD_FILE: rig.config.postgres.passwordFile ?? '',
      AUDIT_GROUP_ID: rig.config.groupId,
      AUDIT_API_TOKENS_FILE: rig.config.callers.tokensFile,
      LISTEN_PORT: '0',
      ADMIN_PORT: '0',
    },
  });
  const ended = once(writer, 'exit');
  resources.defer(() => void writer.kill('SIGKILL'));
  const published = rig.publish(records);
  await vi.waitFor(async () => expect((await rig.countRows(ids))?.rows).toBeGreaterThan(0), {
    timeout: 100_000,
    interval: 5,
  });
  writer.kill('SIGKILL');
  await ended;
  await published;
  await rig.start(resources);
  await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);
});

test('reading the topics again from the start adds nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { ids, records, complete } = manyExchanges(300);
  await rig.publish(records);
  {
    await using first = new AsyncDisposableStack();
    await rig.start(first);
    await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);
  }
  await rig.start(resources, { groupId: `audit-${randomUUID()}` });
  const later = manyExchanges(1);
  await rig.publish(later.records);
  await expect.poll(() => rig.countRows(later.ids), patience).toEqual(later.complete);
  expect(await rig.countRows(ids)).toEqual(complete);
  const { rows: twice } = await rig.pool.query(
    'select topic, partition, "offset" from audit.event group by 1, 2, 3 having count(*) > 1',
  );
  expect(twice).toEqual([]);
});

test('two writers that both believe they own every partition write each event once', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  await rig.start(resources);
  await rig.start(resources, { groupId: `audit-${randomUUID()}` });
  const { ids, records, complete } = manyExchanges(1_000);
  await rig.publish(records);
  await expect.poll(() => rig.countRows(ids), patience).toEqual(complete);
  const later = manyExchanges(10);
  await rig.publish(later.records);
  await expect.poll(() => rig.countRows(later.ids), patience).toEqual(later.complete);
  expect(await rig.countRows(ids)).toEqual(complete);
});
