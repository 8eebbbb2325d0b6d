import { startOwnTime } from '@ssp/testing';
import { Attribute, Change } from 'ldapts';
import { expect, test } from 'vitest';
import {
  connectionsAsking,
  createRig,
  rulesVersion,
  sampleAsk,
  startDecisions,
  sync,
  textsOf,
} from './rig.ts';

const handlerRdn = 'uniqueIdentifier=S918999511007';

test('the directory is loaded over LDAPS page by page, and decides', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  expect(await sync(rig)).toMatchObject({ result: 'changed' });
  const { decideAll, service } = await startDecisions(rig, resources);

  const answers = await decideAll([
    sampleAsk,
    { from: 'nonsense' },
    { ...sampleAsk, certificateNames: ['stranger.nhs.uk'] },
    { ...sampleAsk, targetHost: 'pear.testlab.nhs.uk' },
  ]);
  expect(answers).toMatchObject([
    {
      decision: 'allow',
      endpoint: 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir',
      providerFqdn: 'orange.testlab.nhs.uk',
      parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: 'GP System 2' },
    },
    { decision: 'unreadable' },
    { refusal: 'certificate-name-unknown' },
    { refusal: 'endpoint-mismatch', cpaId: 'S918999511007' },
  ]);
  expect(await service.health.report()).toMatchObject({ ready: true });
  expect(await service.metrics.metrics()).toContain('ssp_authz_decisions_total{outcome="allow"} 1');
});

test('the operator chooses how exactly an endpoint matches, and how an unknown receiver is refused', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const endpoint = 'https://orange.testlab.nhs.uk:443/B82617/STU3/1/gpconnect/fhir/';
  const change = new Change({
    operation: 'replace',
    modification: new Attribute({ type: 'nhsMHSEndPoint', values: [endpoint] }),
  });
  await rig.ldap.modify(`${handlerRdn},ou=Services,${rig.baseDn}`, change);
  await sync(rig);
  const above = { ...sampleAsk, targetPath: sampleAsk.targetPath.replace('/metadata', '') };
  const asks = [sampleAsk, above, { ...sampleAsk, to: '000000000001' }];

  const strict = await startDecisions(rig, resources);
  expect(await strict.decideAll(asks)).toMatchObject([
    { refusal: 'endpoint-mismatch', endpoint },
    { refusal: 'endpoint-mismatch', endpoint },
    { refusal: 'receiver-not-authorised' },
  ]);
  const chosen = await startDecisions(rig, resources, {
    AUTHZ_ENDPOINT_PORT_443: 'true',
    AUTHZ_ENDPOINT_TRAILING_SLASH: 'exact',
    AUTHZ_UNKNOWN_RECEIVER_STATUS: '400',
  });
  expect(await chosen.decideAll(asks)).toMatchObject([
    { decision: 'allow', endpoint },
    { refusal: 'endpoint-mismatch', endpoint },
    { refusal: 'receiver-unknown' },
  ]);
});

test('what is no batch is answered 400', async () => {
  await using resources = new AsyncDisposableStack();
  const { post } = await startDecisions(await createRig(resources), resources);
  expect((await post({ ask: sampleAsk })).status).toBe(400);
});

test('a load that changes nothing leaves the version as it was', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const version = await rulesVersion(rig.pool);
  expect(await sync(rig)).toEqual({ result: 'unchanged' });
  expect(await rulesVersion(rig.pool)).toBe(version);
});

test('a change of the directory takes effect within a second of the next load', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  // Checks are rare here, so that only a notification can be in time.
  const { decide } = await startDecisions(rig, resources, { AUTHZ_VERSION_CHECK_SECONDS: '600' });
  await expect.poll(() => connectionsAsking(rig.pool, 'listen %')).toHaveLength(1);
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow' });

  await rig.ldap.del(`${handlerRdn},ou=Services,${rig.baseDn}`);
  const ownMs = startOwnTime(resources, () => rig.pool.query('select'));
  expect(await sync(rig)).toMatchObject({ result: 'changed', changes: 1 });
  const loadedAtMs = ownMs();
  await expect.poll(() => decide(sampleAsk)).toMatchObject({ refusal: 'receiver-not-authorised' });
  expect(ownMs() - loadedAtMs).toBeLessThan(1_000);
});

test('entries that make no sense are set aside with a reason, and the others hold', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const services = `ou=Services,${rig.baseDn}`;
  const {
    searchEntries: [system],
  } = await rig.ldap.search(services, { scope: 'sub', filter: '(uniqueIdentifier=918999198738)' });
  const add = (rdn: string, uniqueIdentifier: string[], rest: object = {}) => {
    const { dn: _dn, ...attributes } = { ...system, uniqueIdentifier, ...rest };
    return rig.ldap.add(`uniqueIdentifier=${rdn},${services}`, textsOf(attributes));
  };
  await add('12345', ['12345']);
  await add('918999190101', ['918999190101', '918999190102']);
  await add('918999190103', ['918999190103'], { nhsProductName: 'GP\u0000System' });

  await sync(rig);
  const { rows } = await rig.pool.query(
    `select replace(dn, $1, '') as rdn, reason from authz.set_aside order by dn`,
    [`,${services}`],
  );
  expect(rows).toEqual([
    { rdn: 'uniqueIdentifier=12345', reason: 'asid-malformed' },
    { rdn: 'uniqueIdentifier=918999190101', reason: 'value-repeated' },
    { rdn: 'uniqueIdentifier=918999190103', reason: 'value-unreadable' },
  ]);
  const { decide } = await startDecisions(rig, resources);
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow' });
});

test('a directory that has shrunk by more than half is refused, and the former one holds', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const services = `ou=Services,${rig.baseDn}`;
  const { searchEntries } = await rig.ldap.search(services, { filter: '(objectClass=nhsMhs)' });
  const doomed = searchEntries.filter(({ dn }) => !dn.startsWith(handlerRdn));
  for (const { dn } of doomed) await rig.ldap.del(dn);

  await expect(sync(rig)).rejects.toThrow(/has 1 handlers where it had \d+/);
  const { decide } = await startDecisions(rig, resources);
  expect(await decide({ ...sampleAsk, targetPath: '/' })).toMatchObject({ refusal: 'endpoint-mismatch' });
  expect(await sync(rig, { SDS_SHRINK_MIN_PERCENT: '0' })).toMatchObject({ result: 'changed' });

  await rig.ldap.del(`${handlerRdn},${services}`);
  await expect(sync(rig, { SDS_SHRINK_MIN_PERCENT: '0' })).rejects.toThrow('has no handlers');
});
