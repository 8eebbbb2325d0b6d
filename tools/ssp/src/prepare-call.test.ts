import { expect, test } from 'vitest';
import { UsageFault } from './command-fault.ts';
import { type Header } from './consumer/index.ts';
import { aimOf, prepareCall } from './prepare-call.ts';

const gp = 'urn:nhs:names:services:gpconnect:fhir:';
const none = { rest: undefined, method: undefined, hasBody: false };

test.for([
  { interaction: `${gp}rest:read:metadata-1`, given: {}, method: 'GET', rest: '/metadata' },
  {
    interaction: `${gp}operation:gpc.getstructuredrecord-1`,
    given: {},
    method: 'POST',
    rest: '/Patient/$gpc.getstructuredrecord',
  },
  {
    interaction: `${gp}rest:read:patient-1`,
    given: { rest: 'Patient/1' },
    method: 'GET',
    rest: '/Patient/1',
  },
  { interaction: `${gp}rest:read:patient-1`, given: { rest: '' }, method: 'GET', rest: '' },
  { interaction: `${gp}rest:search:slot-1`, given: { rest: '?a=b' }, method: 'GET', rest: '?a=b' },
  { interaction: `${gp}rest:search:slot-1`, given: { method: 'DELETE' }, method: 'DELETE', rest: '/Slot' },
  {
    interaction: 'urn:nhs:names:services:new:x',
    given: { rest: '/x', hasBody: true },
    method: 'POST',
    rest: '/x',
  },
  {
    interaction: 'urn:nhs:names:services:new:x',
    given: { rest: '/a//b/../$c?d={e}|f%7c' },
    method: 'GET',
    rest: '/a//b/../$c?d={e}|f%7c',
  },
])('$given of $interaction is $method $rest', ({ interaction, given, method, rest }) => {
  expect(aimOf(interaction, { ...none, ...given })).toEqual({ method, rest });
});

test.for([
  { interaction: `${gp}rest:read:patient-1`, given: {}, fault: 'which is /Patient/{id}' },
  { interaction: 'urn:nhs:names:services:new:x', given: {}, fault: 'for example /Patient/1' },
  {
    interaction: `${gp}rest:search:slot-1`,
    given: { rest: '/Slot?a=b c' },
    fault: 'has " " at 10: percent-encode it as %20',
  },
  {
    interaction: `${gp}rest:search:slot-1`,
    given: { rest: '/Å' },
    fault: 'has "Å" at 2: percent-encode it as %C3%85',
  },
  {
    interaction: `${gp}rest:search:slot-1`,
    given: { rest: '/a\r\nX: y' },
    fault: 'percent-encode it as %0D',
  },
])('$given of $interaction: $fault', ({ interaction, given, fault }) => {
  const aim = () => aimOf(interaction, { ...none, ...given });
  expect(aim).toThrow(UsageFault);
  expect(aim).toThrow(fault);
});

const consumer = {
  edgeUrl: 'https://127.0.0.1:8443',
  tls: { ca: null, cert: null, key: null },
  asid: '200000000359',
  odsCode: 'R1A14',
  fqdn: 'good.nhs.uk',
};
const provider = {
  asid: '918999198738',
  partyKey: 'B82617-9198738',
  endpoints: ['https://a.nhs.uk/v1', 'https://b.nhs.uk'],
};

function headersOf(header: readonly Header[]) {
  const call = {
    interaction: `${gp}rest:read:metadata-1`,
    method: 'GET',
    rest: '/metadata',
    body: { from: 'text', text: '{}' },
    options: { header },
    traceId: '09a01679-2564-4fb4-9129-aecc81ea2706',
    nowSeconds: 1_795_372_200,
  } as const;
  return prepareCall(consumer, provider, call);
}

test('the headers are the four, the token, and what FHIR asks for', () => {
  const { headers, target } = headersOf([]);
  expect(target).toBe('/https://a.nhs.uk/v1/metadata');
  expect(headers.map(([name]) => name)).toEqual([
    'Ssp-TraceID',
    'Ssp-From',
    'Ssp-To',
    'Ssp-InteractionID',
    'Authorization',
    'Accept',
    'Content-Type',
  ]);
});

test('a header that is given takes the place of ours, also twice; an empty one takes it away', () => {
  const { headers, leftOut } = headersOf([
    ['ssp-from', '1'],
    ['Ssp-From', '2'],
    ['Accept', ''],
    ['X-More', 'y'],
  ]);
  const names = headers.map(([name, value]) => (name === 'Authorization' ? name : `${name}: ${value}`));
  expect(names).toEqual([
    'Ssp-TraceID: 09a01679-2564-4fb4-9129-aecc81ea2706',
    'Ssp-To: 918999198738',
    `Ssp-InteractionID: ${gp}rest:read:metadata-1`,
    'Authorization',
    'Content-Type: application/fhir+json',
    'ssp-from: 1',
    'Ssp-From: 2',
    'X-More: y',
  ]);
  expect(leftOut).toEqual(['Accept']);
});

test.for([
  { given: [], traceId: '09a01679-2564-4fb4-9129-aecc81ea2706' },
  { given: [['ssp-traceid', 'mine']], traceId: 'mine' },
  { given: [['Ssp-TraceID', '']], traceId: null },
  {
    given: [
      ['Ssp-TraceID', '1'],
      ['Ssp-TraceID', '2'],
    ],
    traceId: null,
  },
] as const)('with $given the trace id that is sent is $traceId', ({ given, traceId }) => {
  expect(headersOf(given).traceId).toBe(traceId);
});
