import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents, fullUrl } from '../test/events.ts';
import { readEntry } from './audit-entry.ts';

test('the full URL stands apart from the event', () => {
  const { internalId, records } = exchangeEvents();
  const entry = readEntry(ExchangeReceived.topic, Buffer.from(records[0]?.value ?? ''));
  expect(entry).toMatchObject({ kind: 'received', internalId, fullUrl, status: null });
  expect(entry.body).not.toContain('9476719931');
  expect(JSON.parse(entry.body)).toMatchObject({ data: { internalId, logReference: 'SSP0001' } });
});

test('a completed event says how it ended', () => {
  const { records } = exchangeEvents({
    completed: { outcome: 'refused', status: 403, refusal: 'no-agreement' },
  });
  const entry = readEntry(ExchangeCompleted.topic, Buffer.from(records[1]?.value ?? ''));
  expect(entry).toMatchObject({
    kind: 'completed',
    outcome: 'refused',
    status: 403,
    refusal: 'no-agreement',
  });
});

test('a record of another topic is refused', () => {
  expect(() => readEntry('elsewhere', Buffer.from('{}'))).toThrow('nothing is known of topic elsewhere');
});
