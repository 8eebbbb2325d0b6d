import { expect, test } from 'vitest';
import { startAdmin, tokens } from './admin-rig.ts';
import { createRig, sync } from './rig.ts';

test('a system is told with its organisation, registrations and names', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await rig.pool.query(`insert into authz.certificate_name values ('918999198738', 'extra.example.nhs.uk')`);
  const { ask } = await startAdmin(rig, resources);
  expect(await ask('/v1/systems/918999198738')).toMatchObject({
    status: 200,
    body: {
      asid: '918999198738',
      ods: 'B82617',
      certificateNames: ['extra.example.nhs.uk'],
      registrations: expect.arrayContaining([
        expect.objectContaining({
          interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
          endpoints: [expect.stringMatching(/^https:/)],
        }),
      ]),
      ambiguities: [],
    },
  });
});

test('two endpoints for one interaction are told', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await rig.pool.query(
    `insert into authz.message_handler (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn)
     select 'twin', 'twin', party_key, ods, interaction, array['https://twin.example.nhs.uk/'], fqdn
     from authz.message_handler where interaction like '%:metadata-1'
       and party_key_lower = (select party_key_lower from authz.accredited_system where asid = '918999198738')
     limit 1`,
  );
  const { ask } = await startAdmin(rig, resources);
  expect(await ask('/v1/systems/918999198738')).toMatchObject({
    body: {
      ambiguities: [
        {
          interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
          endpoints: expect.arrayContaining(['https://twin.example.nhs.uk/']),
        },
      ],
    },
  });
});

test('an organisation is told with its systems and endpoints, whatever the case of its code', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { ask } = await startAdmin(rig, resources);
  const expected = {
    status: 200,
    body: {
      ods: 'B82617',
      systems: [expect.objectContaining({ asid: '918999198738' })],
      registrations: expect.arrayContaining([
        expect.objectContaining({ endpoints: [expect.stringMatching(/^https:/)] }),
      ]),
    },
  };
  expect(await ask('/v1/organisations/B82617')).toMatchObject(expected);
  expect(await ask('/v1/organisations/b82617')).toMatchObject(expected);
});

test.for([
  { asked: 'an unknown ASID', path: '/v1/systems/999999999999', status: 404, detail: '999999999999' },
  { asked: 'no ASID', path: '/v1/systems/12', status: 400, detail: 'asid' },
  { asked: 'an unknown organisation', path: '/v1/organisations/ZZ999', status: 404, detail: 'ZZ999' },
  { asked: 'no organisation', path: '/v1/organisations/a-b', status: 400, detail: 'ODS' },
])('$asked is told with $status', async ({ path, status, detail }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  expect(await ask(path)).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
});

test('what was set aside is listed with its reasons, by pages, and hinted at where a system is missing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const asid = '999999999998';
  await rig.ldap.add(`uniqueIdentifier=${asid},ou=Services,${rig.baseDn}`, {
    objectClass: ['top', 'nhsAs'],
    uniqueIdentifier: asid,
    nhsIDCode: 'ZZ998',
    nhsAsClient: 'ZZ998',
    nhsAsSvcIA: 'urn:nhs:names:services:x',
    nhsMHSPartyKey: ' ',
    nhsProductKey: '1',
    nhsMHSManufacturerOrg: 'ZZ998',
    nhsDateApproved: '20260101000000',
    nhsDateRequested: '20260101000000',
    nhsRequestorUrp: 'x',
    nhsApproverUrp: 'x',
  });
  await sync(rig);
  const { ask } = await startAdmin(rig, resources);
  const listed = await ask('/v1/set-aside?limit=1');
  expect(listed).toMatchObject({
    status: 200,
    body: { entries: [{ dn: expect.any(String), reason: expect.any(String) }] },
  });
  expect(await ask(`/v1/systems/${asid}`)).toMatchObject({
    status: 404,
    body: { setAside: [{ dn: expect.stringContaining(asid), reason: expect.any(String) }] },
  });
});

test('a load of the directory is asked for, whole where that is wanted; an auditor may not', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { ask } = await startAdmin(rig, resources);
  const heard: (string | undefined)[] = [];
  const listener = await rig.pool.connect();
  resources.defer(() => listener.release(true));
  listener.on('notification', ({ payload }) => heard.push(payload));
  await listener.query('listen authz_sync_now');
  expect(await ask('/v1/sync', { method: 'POST' })).toMatchObject({
    status: 202,
    body: { asked: 'changes' },
  });
  expect(await ask('/v1/sync', { body: { full: true } })).toMatchObject({
    status: 202,
    body: { asked: 'full' },
  });
  expect(await ask('/v1/sync', { body: {}, token: tokens.auditor })).toMatchObject({ status: 403 });
  await expect.poll(() => heard).toEqual(['', 'full']);
});
