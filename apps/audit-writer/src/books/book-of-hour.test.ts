import { expect, test } from 'vitest';
import { BookOfHour } from './book-of-hour.ts';
import { type CompletedEvent } from './completed-events.ts';

const event: CompletedEvent = {
  edge: '/ssp/edge/a',
  number: null,
  exchange: {
    partition: 0,
    offset: '1',
    internalId: '0b6ad9a8-3b5e-4c3c-9c3e-000000000001',
    traceId: null,
    time: '2026-03-01T10:00:00.000Z',
    from: '200000000115',
    to: '918999198993',
    interactionId: 'urn:one',
    outcome: 'forwarded',
    refusal: null,
    providerStatus: 200,
    parties: null,
    wasAllowed: true,
    wasDialled: true,
    requestBytes: 1,
    responseBytes: 10,
    timings: { totalMs: 1, providerMs: 1 },
  },
};

test('groups that are taken in parts add up to all that was added', () => {
  const book = new BookOfHour([]);
  book.add(event);
  book.add(event);
  expect(book.groups).toBe(1);
  expect(book.takeGroups()).toMatchObject([{ exchanges: 2, requestBytes: 2, responseBytes: 20 }]);
  expect(book.groups).toBe(0);
  book.add(event);
  expect(book.takeGroups()).toMatchObject([{ exchanges: 1, requestBytes: 1, responseBytes: 10 }]);
  expect(book.completed).toBe(3);
  expect(book.edges([])).toMatchObject([{ audited: { completed: 3 } }]);
});
