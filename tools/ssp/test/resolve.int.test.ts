import { readFileSync } from 'node:fs';
import { backingServices } from '@ssp/testing/vitest';
import { Client } from 'ldapts';
import { expect, test } from 'vitest';
import { runProgram } from '../src/run-program.ts';
import { capturedTerminal } from './captured-terminal.ts';

const gp = 'urn:nhs:names:services:gpconnect:';
const searchPatient = `${gp}fhir:rest:search:patient-1`;

/** Runs `ssp resolve` against the real directory, as somebody without a card does. */
async function resolve(...args: readonly string[]) {
  const { ldap } = backingServices();
  const terminal = capturedTerminal('/');
  const status = await runProgram(
    ['resolve', '--ldap', ldap.url, '--ldap-ca', ldap.caFile, ...args],
    terminal,
  );
  return { status, printed: terminal.printed(), said: terminal.said() };
}

type Entry = { readonly dn: string; readonly attributes: Readonly<Record<string, string | string[]>> };

/** Adds entries for the length of one test; each test has an organisation of its own. */
async function register(entries: readonly Entry[], resources: AsyncDisposableStack): Promise<void> {
  const { ldap } = backingServices();
  const client = new Client({ url: ldap.url, tlsOptions: { ca: readFileSync(ldap.caFile) } });
  resources.defer(() => client.unbind());
  await client.bind(ldap.adminDn, ldap.adminPassword);
  for (const { dn, attributes } of entries) {
    await client.add(dn, { ...attributes });
    resources.defer(() => client.del(dn));
  }
}

const common = {
  nhsRequestorURP: 'x',
  nhsDateRequested: '20240102090000',
  nhsApproverURP: 'x',
  nhsDateApproved: '20240102090000',
};

const system = (odsCode: string, asid: string, partyKey: string, interactions: string[]): Entry => ({
  dn: `uniqueIdentifier=${asid},ou=Services,o=nhs`,
  attributes: {
    ...common,
    objectClass: ['top', 'nhsAs'],
    uniqueIdentifier: asid,
    nhsIDCode: odsCode,
    nhsMHSPartyKey: partyKey,
    nhsAsSvcIA: interactions,
  },
});

const handler = (odsCode: string, id: string, partyKey: string, endpoints: string[]): Entry => ({
  dn: `uniqueIdentifier=${id},ou=Services,o=nhs`,
  attributes: {
    ...common,
    objectClass: ['top', 'nhsMhs'],
    uniqueIdentifier: id,
    nhsMhsCPAId: id,
    nhsIDCode: odsCode,
    nhsMHSPartyKey: partyKey,
    nhsMhsSvcIA: searchPatient,
    nhsMHsSN: gp,
    nhsMHsIN: 'fhir:rest:search:patient-1',
    nhsMHSEndPoint: endpoints,
    nhsMhsFQDN: 'practice.nhs.uk',
    nhsEPInteractionType: 'FHIR',
    nhsMHSIsAuthenticated: 'none',
    nhsProductKey: '1',
    nhsContractPropertyTemplateKey: '14',
    nhsDNSApprover: 'x',
    nhsDateDNSApproved: '20240102090000',
  },
});

test('both published orders are asked, shown with their filters, and agree', async () => {
  const { status, printed, said } = await resolve('B82617', searchPatient);
  expect({ status, said }).toEqual({ status: 0, said: '' });
  expect(printed).toBe(`organisation  B82617
interaction   ${searchPatient}
ASID          918999198738
party key     B82617-9198738
endpoint      https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir
orders        both agree

message handler first (mhs-first, today’s order)
  1. base        ou=Services,o=nhs
     filter      (&(nhsIDCode=B82617)(objectClass=nhsMhs)(nhsMhsSvcIA=${searchPatient}))
     attributes  nhsMhsEndPoint nhsMhsPartyKey
     1 entry
     uniqueIdentifier=S918999511009,ou=Services,o=nhs
       nhsMhsEndPoint: https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir
       nhsMhsPartyKey: B82617-9198738
  2. base        ou=Services,o=nhs
     filter      (&(nhsIDCode=B82617)(objectClass=nhsAs)(nhsMHSPartyKey=B82617-9198738))
     attributes  uniqueIdentifier
     1 entry
     uniqueIdentifier=918999198738,ou=Services,o=nhs
       uniqueIdentifier: 918999198738

system first (as-first, the older order)
  1. base        ou=Services,o=nhs
     filter      (&(nhsIDCode=B82617)(objectClass=nhsAs)(nhsAsSvcIA=${searchPatient}))
     attributes  uniqueIdentifier nhsMhsPartyKey
     1 entry
     uniqueIdentifier=918999198738,ou=Services,o=nhs
       uniqueIdentifier: 918999198738
       nhsMhsPartyKey: B82617-9198738
  2. base        ou=Services,o=nhs
     filter      (&(nhsMhsPartyKey=B82617-9198738)(objectClass=nhsMhs)(nhsMhsSvcIA=${searchPatient}))
     attributes  nhsMhsEndPoint nhsMhsFQDN
     1 entry
     uniqueIdentifier=S918999511009,ou=Services,o=nhs
       nhsMhsEndPoint: https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir
       nhsMhsFQDN: orange.testlab.nhs.uk
`);
});

test('an ODS code in small letters is asked for in capitals, and that is said', async () => {
  const { status, printed, said } = await resolve(
    'b82617',
    'search:patient-1',
    '--order',
    'as-first',
    '--json',
  );
  expect(status).toBe(0);
  expect(said).toContain('asking for B82617');
  expect(JSON.parse(printed)).toMatchObject({
    odsCode: 'B82617',
    interaction: searchPatient,
    agree: null,
    fault: null,
    provider: {
      asid: '918999198738',
      endpoints: ['https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir'],
    },
    resolutions: [{ order: 'as-first' }],
  });
});

test.for([
  {
    what: 'an organisation that is not there',
    ods: 'ZZ999',
    said: 'the directory does not know the organisation ZZ999',
  },
  { what: 'a wildcard', ods: '*', said: 'the directory does not know the organisation *' },
  {
    what: 'a filter in the code',
    ods: 'B82617)(objectClass=*',
    said: 'does not know the organisation B82617)(OBJECTCLASS=*',
  },
  {
    what: 'an organisation without systems',
    ods: 'YGC01',
    said: 'YGC01 is in the directory, but has registered no system',
  },
])('$what is told', async ({ ods, said }) => {
  const resolved = await resolve(ods, searchPatient);
  expect(resolved.status).toBe(1);
  expect(resolved.said).toContain(said);
});

test('an interaction that is not registered is told, with those that are', async () => {
  const { status, said, printed } = await resolve('Y90001', `${gp}fhir:rest:search:practitioner-1`);
  expect(status).toBe(1);
  expect(said).toContain(
    'Y90001 has not registered urn:nhs:names:services:gpconnect:fhir:rest:search:practitioner-1',
  );
  expect(printed).toContain(`registered    ${searchPatient}`);
});

test('two systems that match are listed, and one of them can be chosen', async () => {
  await using resources = new AsyncDisposableStack();
  await register(
    [
      system('T10001', '918999910001', 'T10001-0000001', [searchPatient]),
      system('T10001', '918999910002', 't10001-0000002', [searchPatient]),
      handler('T10001', 'S918999910001', 'T10001-0000001', ['https://one.nhs.uk/T10001']),
      handler('T10001', 'S918999910002', 'T10001-0000002', ['https://two.nhs.uk/T10001']),
    ],
    resources,
  );
  const both = await resolve('T10001', searchPatient);
  expect(both.status).toBe(1);
  expect(both.said).toContain('T10001 has these systems for');
  expect(both.said).toContain('ASID 918999910001 (party key T10001-0000001, https://one.nhs.uk/T10001)');
  expect(both.said).toContain('name one of them with --to');
  const none = await resolve('T10001', searchPatient, '--to', '918999910009');
  expect(none.said).toContain('name one of them with --to');
  const one = await resolve('T10001', searchPatient, '--to', '918999910002', '--json');
  expect(JSON.parse(one.printed)).toMatchObject({
    provider: { asid: '918999910002', endpoints: ['https://two.nhs.uk/T10001'] },
  });
});

test('a provider with two endpoints has both', async () => {
  await using resources = new AsyncDisposableStack();
  await register(
    [
      system('T10002', '918999910003', 'T10002-0000003', [searchPatient]),
      handler('T10002', 'S918999910003', 'T10002-0000003', [
        'https://b.nhs.uk/T10002',
        'https://a.nhs.uk/T10002',
      ]),
    ],
    resources,
  );
  const { status, printed } = await resolve('T10002', searchPatient);
  expect(status).toBe(0);
  expect(printed).toContain(
    'endpoint      https://a.nhs.uk/T10002\nendpoint      https://b.nhs.uk/T10002\norders        both agree',
  );
});

test('a half registration is told: the orders disagree', async () => {
  await using resources = new AsyncDisposableStack();
  await register(
    [
      system('T10003', '918999910004', 'T10003-0000004', [`${gp}fhir:rest:search:slot-1`]),
      handler('T10003', 'S918999910004', 'T10003-0000004', ['https://a.nhs.uk/T10003']),
    ],
    resources,
  );
  const { status, said } = await resolve('T10003', searchPatient);
  expect(status).toBe(1);
  expect(said).toContain('the two orders disagree');
  expect(said).toContain(
    'mhs-first: ASID 918999910004 at https://a.nhs.uk/T10003; as-first: T10003 has not registered',
  );
});

test.for([
  { what: 'a directory that is not there', args: ['--ldap', 'ldaps://127.0.0.1:1'], said: 'ECONNREFUSED' },
  {
    what: 'a certificate from elsewhere',
    args: ['--ldap-ca', backingServices().pki.consumers.good.cert],
    said: 'was not read',
  },
  {
    what: 'a file without a certificate',
    args: ['--ldap-ca', '/etc/hostname'],
    said: 'holds no certificate in PEM',
  },
  {
    what: 'a file that is not there',
    args: ['--ldap-ca', '/nowhere.pem'],
    said: 'a file cannot be read: ENOENT',
  },
])('$what is told in one line', async ({ args, said }) => {
  const resolved = await resolve('B82617', searchPatient, ...args);
  expect(resolved.status).toBeGreaterThan(0);
  expect(resolved.said).toContain(said);
  expect(resolved.said.trim().split('\n')).toHaveLength(1);
});
