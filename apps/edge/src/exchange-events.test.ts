import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { readSspHeaders } from '@ssp/spine';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { completedEvent, originOf, receivedEvent } from './exchange-events.ts';
import { type Admission, beginExchange, type Exchange } from './exchange.ts';

const source = '/ssp/edge/host"1/17';
const origin = originOf(source);
const endedAt = new Date('2026-01-01T21:00:13.102Z');

function exchange(
  authorization: string | undefined,
  requestTarget = '/https://h.nhs.uk/b',
  traceparent: string | null = null,
): Exchange {
  return beginExchange({
    internalId: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11',
    receivedAt: new Date('2026-01-01T21:00:13.001Z'),
    startedAtMs: 0,
    method: 'GET',
    requestTarget,
    contentType: 'text/"odd"\\',
    sspHeaders: readSspHeaders(['Ssp-From', '200000000359']),
    traceparent,
    authorization,
    caller: {
      remoteAddress: '10.0.0.1',
      tlsProtocol: 'TLSv1.2',
      tlsCipher: null,
      certificate: null,
      fault: { code: 'certificate-missing' },
    },
  });
}

const token = (claims: string) => `Bearer e30.${Buffer.from(claims).toString('base64url')}.`;

function bothOf(of: Exchange, clockOffsetMs: number | null = null) {
  const received = ExchangeReceived.decode(receivedEvent(of, clockOffsetMs, 7, origin));
  const completed = ExchangeCompleted.decode(
    completedEvent(of, 200, endedAt, 101.00049, clockOffsetMs, 6, origin),
  );
  return { received, completed };
}

test.for([
  { what: 'no token', authorization: undefined, bearer: { state: 'absent', alg: null, claims: null } },
  { what: 'junk', authorization: 'Bearer x', bearer: { state: 'unreadable', alg: null, claims: null } },
  { what: 'no claims', authorization: token('{}'), bearer: { state: 'read', alg: null, claims: {} } },
  {
    what: 'blanks and line breaks between the claims',
    authorization: token(' {\r\n "iss" :\t"x" } '),
    bearer: { state: 'read', alg: null, claims: { iss: 'x' } },
  },
])('both events can be read and say the same of the caller: $what', ({ authorization, bearer }) => {
  const { received, completed } = bothOf(exchange(authorization, '/https://h.nhs.uk/b/9658218873'));
  expect(received).toMatchObject({
    source,
    sequence: '7',
    id: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11.received',
  });
  expect(completed).toMatchObject({
    source,
    sequence: '6',
    id: '0190a0a5-7f3f-7c3e-8d52-0f2a3f0f6a11.completed',
  });
  expect(received.data.bearer).toEqual(bearer);
  const { logReference, url, ...identity } = received.data;
  expect({ logReference, url }).toEqual({ logReference: 'SSP0001', url: '/https://h.nhs.uk/b/9658218873' });
  expect(identity.redactedUrl).toBe('/https://h.nhs.uk/b/**********');
  expect(completed.data).toMatchObject({ ...identity, logReference: 'SSP0015', status: 200 });
  expect(completed.data.timings.totalMs).toBe(101);
  expect(completed.time).toBe('2026-01-01T21:00:13.102Z');
});

test.for([{ offsetMs: 0 }, { offsetMs: -251 }, { offsetMs: 12 }])(
  'both say how right the clock is: $offsetMs ms',
  ({ offsetMs }) => {
    const { received, completed } = bothOf(exchange(undefined), offsetMs);
    expect([received.data.clockOffsetMs, completed.data.clockOffsetMs]).toEqual([offsetMs, offsetMs]);
  },
);

test('neither says how right the clock is where nobody knows', () => {
  const { received, completed } = bothOf(exchange(undefined));
  expect([received.data, completed.data].filter((data) => 'clockOffsetMs' in data)).toEqual([]);
});

test('both tell the place in the consumer’s own trace, and nothing of it where there is none', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const { received, completed } = bothOf(exchange(undefined, '/https://h.nhs.uk/b', traceparent));
  expect([received.data.traceparent, completed.data.traceparent]).toEqual([traceparent, traceparent]);
  const without = bothOf(exchange(undefined));
  expect([without.received.data, without.completed.data].filter((data) => 'traceparent' in data)).toEqual([]);
});

test('the target stands last in the received event, where the writer looks for it', () => {
  expect(receivedEvent(exchange(undefined), 3, 7, origin)).toMatch(/"url":"\/https:\/\/h.nhs.uk\/b"}}$/);
});

const admitted = {
  admission: 'admit',
  rule: 'consumers',
  scope: 'consumer',
  limit: 100,
  remaining: 41,
  resetSeconds: 3,
  version: '7',
  counters: 'shared',
} as const;
const audited: NonNullable<ExchangeCompleted['data']['admission']> = {
  answer: 'admit',
  rule: 'consumers',
  scope: 'consumer',
  limit: 100,
  remaining: 41,
  version: '7',
  counters: 'shared',
  shadowed: [],
};

test.for<{ what: string; admission: Admission | null; told: ExchangeCompleted['data']['admission'] }>([
  { what: 'not asked', admission: null, told: null },
  { what: 'admitted', admission: admitted, told: audited },
  {
    what: 'admitted by local counters, beside limits in shadow mode',
    admission: { ...admitted, counters: 'local', shadowed: ['bulk', 'slots'] },
    told: { ...audited, counters: 'local', shadowed: ['bulk', 'slots'] },
  },
  {
    what: 'refused',
    admission: { ...admitted, admission: 'refuse', windowSeconds: 2, retryAfterSeconds: 1 },
    told: { ...audited, answer: 'refuse' },
  },
  {
    what: 'unavailable',
    admission: { admission: 'unavailable', rule: 'bulk', version: '7' },
    told: {
      answer: 'unavailable',
      rule: 'bulk',
      scope: null,
      limit: null,
      remaining: null,
      version: '7',
      counters: null,
      shadowed: [],
    },
  },
])('what throttle said is told: $what', ({ admission, told }) => {
  const { completed } = bothOf({ ...exchange(undefined), admission });
  expect(completed.data.admission).toEqual(told);
});

test('whatever the claims, they arrive as the token had them', () => {
  // What reads an event leaves out a member of that name; the audit keeps the text.
  const name = fc.string({ unit: 'grapheme' }).filter((it) => it !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), (claims) => {
      const { received, completed } = bothOf(exchange(token(JSON.stringify(claims))));
      const expected: unknown = JSON.parse(JSON.stringify(claims));
      expect(received.data.bearer.claims).toEqual(expected);
      expect(completed.data.bearer.claims).toEqual(expected);
    }),
  );
});
