import { type ExchangeCompleted } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { completedEvent } from '../test/completed-event.ts';
import { usageOf } from './usage-of.ts';

const usual = completedEvent();

/** The usual event with its data changed. */
const event = (changes: Partial<ExchangeCompleted['data']>): ExchangeCompleted => ({
  ...usual,
  data: { ...usual.data, ...changes },
});

test.for([
  { ending: 'answered 200', outcome: 'forwarded', providerStatus: 200, expected: '2xx', billable: true },
  { ending: 'answered 299', outcome: 'forwarded', providerStatus: 299, expected: '2xx', billable: true },
  { ending: 'answered 304', outcome: 'forwarded', providerStatus: 304, expected: '3xx', billable: true },
  { ending: 'answered 404', outcome: 'forwarded', providerStatus: 404, expected: '4xx', billable: true },
  { ending: 'answered 499', outcome: 'forwarded', providerStatus: 499, expected: '4xx', billable: true },
  { ending: 'answered 500', outcome: 'forwarded', providerStatus: 500, expected: '5xx', billable: false },
  { ending: 'answered 599', outcome: 'forwarded', providerStatus: 599, expected: '5xx', billable: false },
  { ending: 'answered 600', outcome: 'forwarded', providerStatus: 600, expected: 'unknown', billable: false },
  {
    ending: 'answered without status',
    outcome: 'forwarded',
    providerStatus: null,
    expected: 'unknown',
    billable: false,
  },
  {
    ending: 'cut short after 200',
    outcome: 'failed',
    providerStatus: 200,
    expected: 'failed',
    billable: false,
  },
  { ending: 'never answered', outcome: 'failed', providerStatus: null, expected: 'failed', billable: false },
  {
    ending: 'left during 200',
    outcome: 'abandoned',
    providerStatus: 200,
    expected: 'abandoned',
    billable: false,
  },
] as const)(
  'an exchange $ending is $expected, billable: $billable',
  ({ outcome, providerStatus, expected, billable }) => {
    expect(usageOf(event({ outcome, providerStatus }))).toMatchObject({
      outcome: expected,
      isBillable: billable,
    });
  },
);

test.for([
  { exchange: 'refused', changes: { outcome: 'refused', refusal: 'no-agreement' }, expected: 'refused' },
  { exchange: 'refused without a word', changes: { outcome: 'refused' }, expected: 'refused' },
  {
    exchange: 'without room',
    changes: { outcome: 'refused', refusal: 'provider-limit' },
    expected: 'throttled',
  },
  { exchange: 'answered by the proxy itself', changes: { outcome: 'answered' }, expected: 'answered' },
  { exchange: 'abandoned before forwarding', changes: { outcome: 'abandoned' }, expected: 'abandoned' },
  { exchange: 'said to be forwarded to nobody', changes: { outcome: 'forwarded' }, expected: 'unknown' },
] as const)('an exchange $exchange is counted as $expected, and nobody is paid', ({ changes, expected }) => {
  expect(usageOf(event({ ...changes, endpoint: null }))).toMatchObject({
    outcome: expected,
    isBillable: false,
  });
});

const claimed = { agreementId: null, endpoint: null, outcome: 'refused' } as const;
const parties = { supplier: 'Supplier A', senderOds: 'A20047', receiverOds: 'B82617' };
const nobody = { supplier: null, senderOds: null, receiverOds: null };

test.for([
  { who: 'nobody was asked about', changes: { parties: null }, known: [] },
  {
    who: 'the directory does not know',
    changes: { parties: nobody, refusal: 'sender-not-authorised' },
    known: [],
  },
  {
    who: 'the sender of is known',
    changes: { parties: { ...nobody, senderOds: 'A20047' }, refusal: 'receiver-unknown' },
    known: ['consumerAsid', 'interaction'],
  },
  {
    who: 'has not registered the interaction',
    changes: { parties, refusal: 'sender-not-authorised' },
    known: ['consumerAsid', 'providerAsid'],
  },
  {
    who: 'lacks but an agreement',
    changes: { parties, refusal: 'no-agreement' },
    known: ['consumerAsid', 'providerAsid', 'interaction'],
  },
  {
    who: 'was allowed and found no room',
    changes: { parties, refusal: 'consumer-limit', agreementId: 'agreement' },
    known: ['consumerAsid', 'providerAsid', 'interaction'],
  },
] as const)('of an exchange that $who, what the caller merely claimed is unknown', ({ changes, known }) => {
  const usage = usageOf(event({ ...claimed, ...changes }));
  const names = ['consumerAsid', 'providerAsid', 'interaction'] as const;
  const isKnown = (name: (typeof names)[number]) => known.some((one) => one === name);
  for (const name of names) expect([name, usage[name] !== 'unknown']).toEqual([name, isKnown(name)]);
});

test('an exchange is counted by its parties, in whole bytes and microseconds', () => {
  expect(usageOf(usual)).toEqual({
    internalId: usual.data.internalId,
    hour: '2026-03-31T23:00:00.000Z',
    key: 215_801_185_123_720_379n,
    supplier: 'Supplier A',
    providerOds: 'B82617',
    providerAsid: '918999198738',
    consumerOds: 'A20047',
    consumerAsid: '200000000359',
    interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1',
    outcome: '2xx',
    isBillable: true,
    requestBytes: 100,
    responseBytes: 2_000,
    providerUs: 12_346,
    totalUs: 15_250,
  });
});

test('parts that are not known are unknown', () => {
  const names = { supplier: null, receiverOds: '', senderOds: null };
  expect(usageOf(event({ from: null, to: null, interactionId: null, parties: names }))).toMatchObject({
    supplier: 'unknown',
    providerOds: 'unknown',
    providerAsid: 'unknown',
    consumerOds: 'unknown',
    consumerAsid: 'unknown',
    interaction: 'unknown',
  });
  expect(usageOf(event({ parties: null }))).toMatchObject({ supplier: 'unknown', providerOds: 'unknown' });
});

test.for([
  { fault: 'a NUL', supplier: 'Sup\0plier', expected: 'Sup plier' },
  { fault: 'half a surrogate pair', supplier: 'Sup\uD800', expected: 'Sup\uFFFD' },
  { fault: 'blanks around it', supplier: ' Supplier \n', expected: 'Supplier' },
  { fault: 'no end', supplier: 'S'.repeat(5_000), expected: 'S'.repeat(200) },
])('a name with $fault is made fit to be stored', ({ supplier, expected }) => {
  expect(usageOf(event({ parties: { supplier, receiverOds: null, senderOds: null } }))?.supplier).toBe(
    expected,
  );
});

const { timings } = usual.data;

test.for([
  { fault: 'more bytes than a terabyte', impossible: event({ responseBytes: 2 ** 41 }) },
  { fault: 'a request of more than a terabyte', impossible: event({ requestBytes: 2 ** 41 }) },
  { fault: 'two days of waiting', impossible: event({ timings: { ...timings, totalMs: 2 * 86_400_000 } }) },
  { fault: 'two days of provider time', impossible: event({ timings: { ...timings, providerMs: 1e300 } }) },
  { fault: 'a year long gone', impossible: { ...usual, time: '0000-01-01T00:00:00.000Z' } },
])('an event with $fault cannot be counted', ({ impossible }) => {
  expect(() => usageOf(impossible)).toThrow(/requestBytes|responseBytes|providerMs|totalMs|time/);
});
