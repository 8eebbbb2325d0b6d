import { type AuditedExchange } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { sampleExchange } from '../test/sample-exchange.ts';
import { throttledConsumers } from './throttled-consumers.ts';

const refused = (change: Partial<AuditedExchange>): AuditedExchange => ({
  ...sampleExchange,
  status: 429,
  outcome: 'refused',
  refusal: 'consumer-limit',
  ...change,
});

test('each consumer, provider and kind of limit is told once, the most refused first, with its last refusal', () => {
  const exchanges = [
    refused({ fromAsid: '200000000360', refusal: 'provider-limit' }),
    refused({ completedAt: '2026-03-01T12:00:01.000Z', traceId: 'the older' }),
    refused({ completedAt: '2026-03-01T12:00:02.000Z', traceId: 'the newest' }),
    refused({ toAsid: '918999198993', completedAt: '2026-03-01T13:00:00.000Z' }),
  ];
  expect(throttledConsumers(exchanges)).toMatchObject([
    {
      from: '200000000359',
      to: '918999198738',
      refusal: 'consumer-limit',
      times: 2,
      last: '2026-03-01T12:00:02.000Z',
      traceId: 'the newest',
    },
    { to: '918999198993', times: 1 },
    { from: '200000000360', refusal: 'provider-limit', times: 1 },
  ]);
});

test('where nobody was refused nobody is told', () => {
  expect(throttledConsumers([])).toEqual([]);
});
