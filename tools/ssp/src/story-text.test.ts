import { type AuditedStory, CountedPlace } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { sampleExchange as exchange } from '../test/sample-exchange.ts';
import { storyText } from './story-text.ts';

const end: NonNullable<AuditedStory['end']> = {
  providerStatus: 200,
  refusalDetail: null,
  agreementId: 'DSA-1',
  rulesVersion: '7',
  supplier: 'TPP',
  admission: {
    answer: 'admit',
    rule: 'consumers',
    scope: 'consumer',
    limit: 100,
    remaining: 99,
    version: '3',
    counters: 'shared',
    shadowed: [],
  },
  endpoint: 'https://provider.example/fhir',
  providerAddress: '192.0.2.7:443',
  requestBytes: 0,
  responseBytes: 2_300,
  timings: {
    totalMs: 12.5,
    announceMs: 1,
    authoriseMs: 2,
    admitMs: 0.5,
    providerFirstByteMs: 8,
    providerMs: 9,
  },
};
const forwarded: AuditedStory = {
  exchange,
  edge: '/ssp/edge/a',
  traceparent: null,
  connection: {
    remoteAddress: '192.0.2.1',
    tlsProtocol: 'TLSv1.2',
    tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256',
    certificateSerial: '01',
    certificateDn: 'CN=consumer.example',
    revocation: 'fresh',
  },
  contentType: null,
  bearer: { state: 'read', alg: 'none', claims: { sub: '1' } },
  end,
  closed: null,
};

const stepsOf = (story: AuditedStory) => {
  const [, steps = ''] = storyText(story, null).split('\n\n');
  return steps
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/ {2,}/g, ' | '));
};

test('a forwarded request is told in the order of its steps, each with its time', () => {
  expect(stepsOf(forwarded)).toEqual([
    'receive | GET /https://provider.example/fhir/Patient?identifier=********** from 192.0.2.1',
    'identify | CN=consumer.example, serial 01, TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256, revocation lists fresh, by the private network',
    'announce | 1.0 | the received event was durable, or was given up',
    'authorise | 2.0 | allowed, checks B to F passed, agreement DSA-1, by rules version 7, decision d.1',
    'admit | 0.5 | admit by limit consumers, 99 of 100 left, limits version 3',
    'forward | 9.0 | to https://provider.example/fhir at 192.0.2.7:443: answered 200 after 8.0 ms',
    'end | 12.5 | forwarded, 200; 0 bytes in, 2300 bytes out',
  ]);
});

test.for([
  { clockOffsetMs: undefined, says: 'its offset was not known' },
  { clockOffsetMs: null, says: 'its offset was not known' },
  { clockOffsetMs: 0, says: 'right to the millisecond' },
  { clockOffsetMs: 12, says: '12 ms behind' },
  { clockOffsetMs: -3, says: '3 ms ahead' },
])("the edge's clock was $clockOffsetMs ms off: $says", ({ clockOffsetMs, says }) => {
  expect(storyText({ ...forwarded, clockOffsetMs }, null)).toMatch(new RegExp(`edge's clock +${says}`));
});

test('a refused request names what refused it, and what was not reached', () => {
  const timings = { ...end.timings, admitMs: null, providerFirstByteMs: null, providerMs: null };
  const story = {
    ...forwarded,
    exchange: { ...exchange, outcome: 'refused' as const, status: 403, refusal: 'no-agreement' },
    end: { ...end, agreementId: null, admission: null, providerStatus: null, timings, responseBytes: 400 },
  };
  expect(stepsOf(story).slice(3)).toEqual([
    'authorise | 2.0 | refused: no-agreement, by rules version 7, decision d.1',
    'admit | not reached',
    'forward | not reached',
    'end | 12.5 | refused, 403: no-agreement; 0 bytes in, 400 bytes out',
  ]);
});

test('of a request under way the beginning is told', () => {
  const story = { ...forwarded, exchange: { ...exchange, completedAt: null }, end: null };
  expect(stepsOf(story)).toHaveLength(2);
  expect(storyText(story, null)).toContain('not yet, or its end is not in the audit');
});

test('a request whose end nobody told is told as closed', () => {
  const closed = { closedAt: '2026-03-01T14:00:00.000Z', reason: 'no-end-told' as const };
  const story = {
    ...forwarded,
    exchange: { ...exchange, completedAt: null, outcome: 'abandoned' as const },
    end: null,
    closed,
  };
  expect(stepsOf(story)).toHaveLength(2);
  expect(storyText(story, null)).toContain('nobody told; closed as abandoned at 2026-03-01T14:00:00.000Z');
});

const place: CountedPlace = {
  exchange: {
    internalId: exchange.internalId,
    hour: '2026-03-01T12:00:00.000Z',
    supplier: 'TPP',
    providerOds: 'B82617',
    providerAsid: '918999198738',
    consumerOds: 'R1A14',
    consumerAsid: '200000000359',
    interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:patient-1',
    outcome: '2xx',
    isBillable: true,
    requestBytes: 0,
    responseBytes: 2_300,
    providerMs: 9,
    totalMs: 12.5,
  },
  month: '2026-03',
  isClosed: false,
  isLate: false,
  line: null,
};
const counted = 'counted in the hour of 2026-03-01T12:00:00.000Z as 2xx of TPP';
const line = { number: 'SSP-2026-04-0001', line: 3 };

test.for([
  { place, says: `${counted}, paid for, not stated yet: 2026-03 is open` },
  {
    place: { ...place, isClosed: true, isLate: true, line },
    says: `${counted}, paid for, late: 2026-03 was closed, stated by SSP-2026-04-0001, line 3`,
  },
  {
    place: { ...place, exchange: { ...place.exchange, outcome: 'refused', isBillable: false } },
    says: `counted in the hour of 2026-03-01T12:00:00.000Z as refused of TPP, not paid for`,
  },
  { place: { ...place, exchange: null }, says: 'not counted, or not yet: that takes some seconds' },
])('billing says: $says', ({ place: told, says }) => {
  const [, , elsewhere] = storyText(forwarded, CountedPlace.parse(told)).split('\n\n');
  expect(elsewhere?.split('\n')[0]).toBe(`billing  ${says}`);
});

test('it says which lines of the logs tell of it', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const own = `lines of edge, authz and throttle with traceId ${exchange.traceId}`;
  expect(storyText(forwarded, null)).toContain(`${own}\n`);
  const traced = storyText({ ...forwarded, traceparent }, null);
  expect(traced).toContain(`${own}, or by traceparent with 4bf92f3577b34da6a3ce929d0e0e4736\n`);
  expect(traced).toMatch(new RegExp(`traceparent +${traceparent}`));
  const untraced = { ...forwarded, exchange: { ...exchange, traceId: null } };
  expect(storyText(untraced, null)).toContain(`lines of edge with internalId ${exchange.internalId}\n`);
});
