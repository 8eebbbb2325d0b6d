import { describe, expect, test } from 'vitest';
import { completed, received } from '../test/exchange-events.ts';
import { ExchangeCompleted, ExchangeReceived } from './exchange-events.ts';
import { topics } from './topics.ts';

test('both events come back as they were sent, from bytes as from text', () => {
  expect(ExchangeReceived.decode(JSON.stringify(received))).toEqual(received);
  expect(ExchangeCompleted.decode(Buffer.from(JSON.stringify(completed)))).toEqual(completed);
});

test('what could not be read of a request is null, and the event still stands', () => {
  const nothing = { traceId: null, from: null, to: null, interactionId: null } as const;
  const bearer = { state: 'absent', alg: null, claims: null } as const;
  const event = { ...received, data: { ...received.data, ...nothing, bearer } };
  expect(ExchangeReceived.decode(JSON.stringify(event))).toEqual(event);
});

test('an older edge, which gave no detail of a refusal, is still read', () => {
  const { refusalDetail: _, ...data } = completed.data;
  expect(ExchangeCompleted.decode(JSON.stringify({ ...completed, data }))).toEqual(completed);
});

test('an edge that tells of no trace of the consumer’s, or does not know of such, is read', () => {
  const { traceparent: _, ...data } = completed.data;
  expect(ExchangeCompleted.decode(JSON.stringify({ ...completed, data }))).toEqual({ ...completed, data });
});

test('an edge that does not know how right its clock is says nothing of it', () => {
  const { clockOffsetMs: _, ...data } = received.data;
  expect(ExchangeReceived.decode(JSON.stringify({ ...received, data }))).toEqual({ ...received, data });
});

test.for([{ revocation: 'fresh' }, { revocation: 'grace' }, { revocation: null }] as const)(
  'a connection whose CRLs were $revocation comes back so, beside events that did not tell',
  ({ revocation }) => {
    const connection = { ...received.data.connection, revocation };
    const event = { ...received, data: { ...received.data, connection } };
    expect(ExchangeReceived.decode(JSON.stringify(event))).toEqual(event);
  },
);

test('fields of a newer writer are passed over, in the envelope and in the data', () => {
  const newer = { ...received, partitionkey: '1', data: { ...received.data, region: 'north' } };
  expect(ExchangeReceived.decode(JSON.stringify(newer))).toEqual(received);
});

describe('a reader refuses', () => {
  test.for([
    { what: 'no JSON', value: 'exchange' },
    { what: 'an empty value', value: '' },
    { what: 'null', value: 'null' },
    { what: 'a list', value: '[]' },
    { what: 'an envelope alone', value: JSON.stringify({ ...received, data: undefined }) },
    { what: 'the other event', value: JSON.stringify(completed) },
    { what: 'another version of the envelope', value: JSON.stringify({ ...received, specversion: '0.3' }) },
    { what: 'a time in no zone', value: JSON.stringify({ ...received, time: '2026-01-01T21:00:13.001' }) },
    {
      what: 'a time without milliseconds',
      value: JSON.stringify({ ...received, time: '2026-01-01T21:00:13Z' }),
    },
    {
      what: 'an internal id that is no UUID',
      value: JSON.stringify({ ...received, data: { ...received.data, internalId: 'x' } }),
    },
    {
      what: 'a missing field',
      value: JSON.stringify({ ...received, data: { ...received.data, url: undefined } }),
    },
  ])('$what', ({ value }) => {
    expect(() => ExchangeReceived.decode(value)).toThrow(expect.any(Error));
  });

  test.for([
    { field: 'responseBytes', value: -1 },
    { field: 'responseBytes', value: 1.5 },
    { field: 'status', value: '200' },
    { field: 'outcome', value: 'lost' },
    { field: 'timings', value: { totalMs: 1 } },
  ])('a completed event whose $field is $value', ({ field, value }) => {
    const spoilt = { ...completed, data: { ...completed.data, [field]: value } };
    expect(() => ExchangeCompleted.decode(JSON.stringify(spoilt))).toThrow(expect.any(Error));
  });
});

test('every event has a topic that the deployment makes', () => {
  const made = topics.map(({ topic }) => topic);
  expect(made).toEqual([ExchangeReceived.topic, ExchangeCompleted.topic]);
});
