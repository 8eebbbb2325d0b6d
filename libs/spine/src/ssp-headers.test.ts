import { expect, test } from 'vitest';
import { readSspHeaders } from './ssp-headers.ts';

const traceId = '09a01679-2564-0fb4-5129-aecc81ea2706';
const interactionId = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const good: readonly (readonly [string, string])[] = [
  ['Ssp-TraceID', traceId],
  ['Ssp-From', '200000000359'],
  ['Ssp-To', '918999198738'],
  ['Ssp-InteractionID', interactionId],
];

const without = (name: string) => good.filter(([other]) => other !== name);
const withValue = (name: string, value: string) =>
  good.map(([other, own]) => [other, other === name ? value : own] as const);

test.for([
  { how: 'as documented', headers: good },
  { how: 'in lower case', headers: good.map(([name, value]) => [name.toLowerCase(), value] as const) },
  { how: 'in upper case', headers: good.map(([name, value]) => [name.toUpperCase(), value] as const) },
  { how: 'among others, in any order', headers: [['Accept', '*/*'] as const, ...good.toReversed()] },
  {
    how: 'with blanks around the values',
    headers: good.map(([name, value]) => [name, ` ${value} `] as const),
  },
])('are read $how', ({ headers }) => {
  expect(readSspHeaders(headers.flat())).toMatchObject({
    ok: true,
    headers: { traceId, from: '200000000359', to: '918999198738', interactionId },
  });
});

test('a trace id in upper case is kept as it is', () => {
  const read = readSspHeaders(withValue('Ssp-TraceID', traceId.toUpperCase()).flat());
  expect(read).toMatchObject({ ok: true, headers: { traceId: traceId.toUpperCase() } });
});

test.for([
  { fault: 'missing', header: 'Ssp-TraceID', headers: without('Ssp-TraceID') },
  { fault: 'missing', header: 'Ssp-From', headers: without('Ssp-From') },
  { fault: 'missing', header: 'Ssp-To', headers: without('Ssp-To') },
  { fault: 'missing', header: 'Ssp-InteractionID', headers: without('Ssp-InteractionID') },
  { fault: 'missing', header: 'Ssp-From', headers: withValue('Ssp-From', '') },
  { fault: 'missing', header: 'Ssp-To', headers: withValue('Ssp-To', '  ') },
  { fault: 'repeated', header: 'Ssp-From', headers: [...good, ['ssp-from', '200000000359'] as const] },
  { fault: 'repeated', header: 'Ssp-To', headers: [...good, ['SSP-TO', '918999198739'] as const] },
  { fault: 'repeated', header: 'Ssp-TraceID', headers: [['Ssp-TraceID', ''] as const, ...good] },
  { fault: 'malformed', header: 'Ssp-TraceID', headers: withValue('Ssp-TraceID', `${traceId}0`) },
  {
    fault: 'malformed',
    header: 'Ssp-TraceID',
    headers: withValue('Ssp-TraceID', traceId.replaceAll('-', '')),
  },
  { fault: 'malformed', header: 'Ssp-From', headers: withValue('Ssp-From', '20000000035') },
  { fault: 'malformed', header: 'Ssp-From', headers: withValue('Ssp-From', '2000000003599') },
  { fault: 'malformed', header: 'Ssp-From', headers: withValue('Ssp-From', '200000000359, 200000000359') },
  { fault: 'malformed', header: 'Ssp-To', headers: withValue('Ssp-To', '91899919873x') },
  { fault: 'malformed', header: 'Ssp-To', headers: withValue('Ssp-To', '９１８９９９１９８７３８') },
  {
    fault: 'malformed',
    header: 'Ssp-InteractionID',
    headers: withValue('Ssp-InteractionID', 'read:metadata'),
  },
  {
    fault: 'malformed',
    header: 'Ssp-InteractionID',
    headers: withValue('Ssp-InteractionID', `${interactionId} x`),
  },
])('$header $fault is named', ({ fault, header, headers }) => {
  expect(readSspHeaders(headers.flat())).toMatchObject({ ok: false, fault, header });
});

test('the first fault in the order of the specification is reported, whatever order they were sent in', () => {
  const headers = withValue('Ssp-To', 'x').filter(([name]) => name !== 'Ssp-From');
  expect(readSspHeaders(headers.toReversed().flat())).toMatchObject({
    ok: false,
    fault: 'missing',
    header: 'Ssp-From',
  });
});

test('what could be read of a faulty request is kept for audit, and no more', () => {
  const headers = [...withValue('Ssp-To', 'x'), ['Ssp-From', '200000000360'] as const];
  expect(readSspHeaders(headers.flat()).found).toEqual({ traceId, interactionId });
});
