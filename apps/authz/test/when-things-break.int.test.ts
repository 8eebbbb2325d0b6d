import { createService, readConfig } from '@ssp/service';
import { type BreakableLink, breakableLink } from '@ssp/testing';
import { expect, test } from 'vitest';
import { SyncSdsConfig } from '../src/sync-sds-config.ts';
import { startSyncSds } from '../src/sync-sds.ts';
import {
  connectionsAsking,
  createRig,
  type Rig,
  rulesVersion,
  sampleAsk,
  startDecisions,
  sync,
} from './rig.ts';

test('without Postgres answers go on until the snapshot is too old, then every ask is refused', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const link = await linkTo(rig, resources);
  const { decide, post, service } = await startDecisions(rig, resources, {
    POSTGRES_URL: link.url,
    AUTHZ_VERSION_CHECK_SECONDS: '1',
    AUTHZ_SNAPSHOT_AGE_MAX_SECONDS: '5',
  });

  link.cut();
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow' });
  const status = async () => (await post({ asks: [sampleAsk] })).status;
  await expect.poll(status).toBe(503);
  expect(await service.health.report()).toMatchObject({
    ready: false,
    checks: { rules: expect.stringContaining('last seen') },
  });

  link.mend();
  await expect.poll(status).toBe(200);
  expect(await service.health.report()).toMatchObject({ ready: true });
});

test('started without Postgres it is not ready and refuses every ask, until Postgres is there', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const link = await linkTo(rig, resources);
  link.cut();
  const { post, service } = await startDecisions(rig, resources, {
    POSTGRES_URL: link.url,
    AUTHZ_VERSION_CHECK_SECONDS: '1',
  });
  const answer = await post({ asks: [sampleAsk] });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ error: 'the rules have not been loaded yet' });
  expect(await service.health.report()).toMatchObject({
    ready: false,
    checks: { rules: 'the rules have not been loaded yet' },
  });
  link.mend();
  await expect.poll(async () => (await post({ asks: [sampleAsk] })).status).toBe(200);
  expect(await service.health.report()).toMatchObject({ ready: true, checks: { rules: 'ok' } });
});

test.for(['cut', 'stall'] as const)(
  'where the way to Postgres is lost (%s) it stays ready, says that it is degraded, and mends by itself',
  async (lost) => {
    await using resources = new AsyncDisposableStack();
    const rig = await createRig(resources);
    await sync(rig);
    const link = await linkTo(rig, resources);
    const { decide, service } = await startDecisions(rig, resources, {
      POSTGRES_URL: link.url,
      AUTHZ_VERSION_CHECK_SECONDS: '1',
      AUTHZ_POSTGRES_TIMEOUT_SECONDS: '1',
    });
    const degraded = async () =>
      /^ssp_authz_degraded (\d)/m.exec(await service.metrics.metrics())?.[1] ?? 'missing';
    await expect.poll(degraded).toBe('0');
    link[lost]();
    await expect.poll(degraded).toBe('1');
    expect(await service.health.report()).toMatchObject({
      ready: true,
      checks: { rules: expect.stringMatching(/^ok, but the rules were last seen \d+ s ago$/) },
    });
    expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow' });

    await rig.pool.query(`delete from authz.message_handler where handler_id = 'S918999511007'`);
    link.mend();
    await expect.poll(() => decide(sampleAsk)).toMatchObject({ refusal: 'receiver-not-authorised' });
    await expect.poll(degraded).toBe('0');
    expect(await service.health.report()).toMatchObject({ checks: { rules: 'ok' } });
  },
);

test('a directory never loaded, or not for too long, refuses every ask', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { post, service } = await startDecisions(rig, resources, { AUTHZ_DIRECTORY_AGE_MAX_SECONDS: '60' });
  expect((await post({ asks: [sampleAsk] })).status).toBe(503);
  expect(await service.health.report()).toMatchObject({ checks: { rules: 'the directory is empty' } });

  await sync(rig);
  const status = async () => (await post({ asks: [sampleAsk] })).status;
  await expect.poll(status).toBe(200);
  await rig.pool.query(`update authz.directory_load set loaded_at = loaded_at - interval '61 seconds'`);
  await expect.poll(status).toBe(503);
});

test('a change whose notification is lost is noticed by the check of the version', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decide } = await startDecisions(rig, resources, { AUTHZ_VERSION_CHECK_SECONDS: '1' });
  // The change is made as ever, but nobody is told.
  const { rows } = await rig.pool.query<{ telling: string }>(
    `select pg_get_functiondef('authz.begin_change'::regproc) as telling`,
  );
  const [{ telling } = { telling: '' }] = rows;
  const silent = telling.replace(/perform pg_notify\(.*\);/, '');
  expect(silent).not.toBe(telling);
  await rig.pool.query(silent);
  await rig.pool.query(`delete from authz.message_handler where handler_id = 'S918999511007'`);
  await expect.poll(() => decide(sampleAsk)).toMatchObject({ refusal: 'receiver-not-authorised' });
});

test('a listening connection that breaks is opened anew', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decide } = await startDecisions(rig, resources, { AUTHZ_VERSION_CHECK_SECONDS: '600' });
  const listeners = () => connectionsAsking(rig.pool, 'listen %');
  await expect.poll(listeners).toHaveLength(1);
  const [first] = await listeners();
  await rig.pool.query('select pg_terminate_backend($1)', [first]);
  const isReplaced = async () => {
    const pids = await listeners();
    return pids.length === 1 && pids[0] !== first;
  };
  await expect.poll(isReplaced).toBe(true);

  await rig.pool.query(`delete from authz.message_handler where handler_id = 'S918999511007'`);
  await expect.poll(() => decide(sampleAsk)).toMatchObject({ refusal: 'receiver-not-authorised' });
});

test('the loader goes on after a refused load, and says so', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const service = createService('sync-sds', resources);
  const environment = {
    ...rig.syncEnvironment,
    SDS_SYNC_INTERVAL_SECONDS: '1',
    SDS_LISTING_INTERVAL_SECONDS: '1',
  };
  await startSyncSds(readConfig(SyncSdsConfig, environment), service);
  service.health.started();
  const metrics = () => service.metrics.metrics();
  await expect.poll(metrics).toContain('ssp_sds_loads_total{pass="whole",result="changed"} 1');
  expect(await service.health.report()).toMatchObject({ ready: true });
  const version = await rulesVersion(rig.pool);

  const services = `ou=Services,${rig.baseDn}`;
  const { searchEntries } = await rig.ldap.search(services, { filter: '(objectClass=nhsMhs)' });
  for (const { dn } of searchEntries) await rig.ldap.del(dn);
  // Loads between two deletions may be whole or refused; the last state is empty for certain.
  await expect.poll(metrics).toMatch(/ssp_sds_loads_total\{pass="whole",result="refused"\} [2-9]/);
  const { rows } = await rig.pool.query('select from authz.message_handler');
  expect(rows.length).toBeGreaterThan(0);
  expect(Number(await rulesVersion(rig.pool))).toBeGreaterThanOrEqual(Number(version));
});

function linkTo(rig: Rig, resources: AsyncDisposableStack): Promise<BreakableLink> {
  return breakableLink(rig.postgresEnvironment['POSTGRES_URL'] ?? '', resources);
}
