import { randomUUID } from 'node:crypto';
import { type ExchangeCompleted, exchangeOutcomes } from '@ssp/contracts';
import { completedEvent } from './completed-event.ts';

/** Exchanges of every outcome, with three consumers and statuses of every class, over two hours of two months. */
export function mixedEvents(supplier: string, count: number): ExchangeCompleted[] {
  const statuses = [200, 201, 304, 404, 500];
  return Array.from({ length: count }, (_, index) => {
    const outcome = exchangeOutcomes[Math.floor(index / 5) % exchangeOutcomes.length] ?? 'forwarded';
    return completedEvent({
      time: index % 2 === 0 ? '2026-05-31T23:59:59.999Z' : '2026-06-01T00:00:00.000Z',
      data: {
        internalId: randomUUID(),
        from: `20000000000${index % 3}`,
        outcome,
        providerStatus: outcome === 'forwarded' ? (statuses[index % 5] ?? 200) : null,
        parties: { supplier, receiverOds: 'B82617', senderOds: 'A20047' },
        requestBytes: index,
        responseBytes: index * 1_000,
        timings: { ...completedEvent().data.timings, providerMs: index / 7, totalMs: index / 3 },
      },
    });
  });
}

export const encoded = (events: readonly ExchangeCompleted[]) => events.map((event) => JSON.stringify(event));
