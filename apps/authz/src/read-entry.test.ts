import { expect, test } from 'vitest';
import { type LdapEntry, readEntry, readRevision } from './read-entry.ts';

const system: LdapEntry = {
  dn: 'uniqueIdentifier=918999198738,ou=Services,o=nhs',
  objectClass: ['top', 'nhsAs'],
  uniqueIdentifier: '918999198738',
  nhsIDCode: 'B82617',
  nhsMHSPartyKey: 'B82617-9198738',
  nhsAsSvcIA: ['urn:b', 'urn:a', 'urn:b'],
  nhsAsCategoryBag: [],
  nhsMhsManufacturerOrg: 'YGM06',
  nhsProductName: 'GP System 2',
};

const handler: LdapEntry = {
  dn: 'uniqueIdentifier=S918999511001,ou=Services,o=nhs',
  objectClass: ['top', 'nhsMhs'],
  uniqueIdentifier: 'S918999511001',
  nhsIDCode: 'B82617',
  nhsMHSPartyKey: 'B82617-9198738',
  nhsMhsSvcIA: 'urn:a',
  nhsMHSEndPoint: ['https://b.nhs.uk/', 'https://a.nhs.uk'],
  nhsMhsCPAId: '472b35d4641b76454b13',
  nhsMhsFQDN: 'a.nhs.uk',
};

test('a system is read, its interactions once each', () => {
  expect(readEntry(system)).toEqual({
    kind: 'system',
    system: {
      asid: '918999198738',
      ods: 'B82617',
      partyKey: 'B82617-9198738',
      manufacturerOrg: 'YGM06',
      productName: 'GP System 2',
      interactions: ['urn:a', 'urn:b'],
      categoryBag: [],
    },
  });
});

test('a handler is read, its endpoints verbatim and in their order', () => {
  expect(readEntry(handler)).toEqual({
    kind: 'handler',
    handler: {
      handlerId: 'S918999511001',
      cpaId: '472b35d4641b76454b13',
      partyKey: 'B82617-9198738',
      ods: 'B82617',
      interaction: 'urn:a',
      endpoints: ['https://b.nhs.uk/', 'https://a.nhs.uk'],
      fqdn: 'a.nhs.uk',
      manufacturerOrg: null,
    },
  });
});

test('attribute and class names are read in any case, also beside an empty list under the name asked for', () => {
  const upper = Object.fromEntries(
    Object.entries(handler).map(([name, value]) => [name === 'dn' ? name : name.toUpperCase(), value]),
  );
  const entry = { ...upper, dn: handler.dn, OBJECTCLASS: ['NHSMHS'], nhsMhsSvcIA: [] };
  expect(readEntry(entry)).toEqual(readEntry(handler));
});

test.for<{ readonly name: string; readonly entry: LdapEntry; readonly expected: object }>([
  { name: 'no ASID', entry: { ...system, uniqueIdentifier: [] }, expected: { reason: 'identifier-missing' } },
  {
    name: 'an ASID too short',
    entry: { ...system, uniqueIdentifier: '91899919873' },
    expected: { reason: 'asid-malformed' },
  },
  {
    name: 'two ASIDs',
    entry: { ...system, uniqueIdentifier: ['918999198738', '918999198739'] },
    expected: { reason: 'value-repeated' },
  },
  { name: 'a system of nobody', entry: { ...system, nhsIDCode: ' ' }, expected: { reason: 'ods-missing' } },
  {
    name: 'a system without a party',
    entry: { ...system, nhsMHSPartyKey: '' },
    expected: { reason: 'party-key-missing' },
  },
  {
    name: 'a system without interactions, as pure receivers may be',
    entry: { ...system, nhsAsSvcIA: [] },
    expected: { kind: 'system', system: { interactions: [] } },
  },
  {
    name: 'a NUL',
    entry: { ...system, nhsProductName: 'GP\u0000System' },
    expected: { reason: 'value-unreadable' },
  },
  {
    name: 'bytes that are not UTF-8',
    entry: { ...system, nhsProductName: Buffer.from([0x47, 0xff]) },
    expected: { reason: 'value-unreadable' },
  },
  {
    name: 'a value beyond all measure',
    entry: { ...handler, nhsMHSEndPoint: `https://a.nhs.uk/${'a'.repeat(2_048)}` },
    expected: { reason: 'value-unreadable' },
  },
  {
    name: 'a handler without a CPA id goes by its own',
    entry: { ...handler, nhsMhsCPAId: [] },
    expected: { handler: { cpaId: 'S918999511001' } },
  },
  {
    name: 'a handler that only names a certificate',
    entry: { ...handler, nhsMhsSvcIA: [], nhsMHSEndPoint: [] },
    expected: { handler: { interaction: null, endpoints: [], fqdn: 'a.nhs.uk' } },
  },
  {
    name: 'a handler that registers nothing',
    entry: { ...handler, nhsMhsSvcIA: [], nhsMhsFQDN: [] },
    expected: { reason: 'nothing-registered' },
  },
  {
    name: 'a handler with two interactions',
    entry: { ...handler, nhsMhsSvcIA: ['urn:a', 'urn:b'] },
    expected: { reason: 'value-repeated' },
  },
  {
    name: 'an endpoint that is no URL is kept, since refusals show it',
    entry: { ...handler, nhsMHSEndPoint: '<https://a.nhs.uk>' },
    expected: { handler: { endpoints: ['<https://a.nhs.uk>'] } },
  },
  {
    name: 'an organisation',
    entry: { dn: 'x', objectClass: ['top', 'nhsGPPractice'], nhsIDCode: 'B82617', o: ['SURGERY', 'A'] },
    expected: { kind: 'organisation', organisation: { ods: 'B82617', name: 'A' } },
  },
])('$name', ({ entry, expected }) => {
  expect(readEntry(entry)).toMatchObject(expected);
});

test.for<{ readonly name: string; readonly attributes: object; readonly expected: object }>([
  {
    name: 'the sequence number of the last change, where the server tells it',
    attributes: { modifyTimestamp: '20261122103000Z', ENTRYCSN: '20261122103000.123456Z#000000#000#000000' },
    expected: { modified: '20261122103000Z', revision: '20261122103000.123456Z#000000#000#000000' },
  },
  {
    name: 'else the moment',
    attributes: { MODIFYTIMESTAMP: '20261122103000Z', entryCSN: [] },
    expected: { modified: '20261122103000Z', revision: '20261122103000Z' },
  },
  {
    name: 'else nothing',
    attributes: { modifyTimestamp: [], entryCSN: [] },
    expected: { modified: null, revision: null },
  },
  {
    name: 'nothing where the moment is not in UTC, as it could not be compared',
    attributes: { modifyTimestamp: '20261122103000+0100' },
    expected: { modified: null, revision: null },
  },
])('an entry is known by $name', ({ attributes, expected }) => {
  expect(readRevision({ ...system, ...attributes })).toEqual(expected);
});
