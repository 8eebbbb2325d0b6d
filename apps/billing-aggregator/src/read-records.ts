import { decodeCompleted, ExchangeCompleted } from '@ssp/contracts';
import { type ReceivedRecord } from '@ssp/kafka';
import { z } from 'zod';
import { type PoisonRecord } from './quarantine.ts';
import { type Usage, usageOf } from './usage-of.ts';

/** An exchange, and the record that told of it. */
export type ReadUsage = { readonly usage: Usage; readonly record: ReceivedRecord };

/** What a batch of records comes to. */
export type ReadRecords = {
  /** One per exchange, however often the batch holds it. */
  readonly usages: readonly ReadUsage[];
  /** Closings of exchanges for want of an end, and what people did: none of these is an end. */
  readonly otherEvents: number;
  /** Events of exchanges that the batch holds already. */
  readonly repeatedEvents: number;
  readonly poison: readonly PoisonRecord[];
};

/** Reads every record by itself, so that one that cannot be read spoils nothing but itself. */
export function readRecords(records: readonly ReceivedRecord[]): ReadRecords {
  const usages = new Map<string, ReadUsage>();
  const poison: PoisonRecord[] = [];
  let otherEvents = 0;
  for (const record of records) {
    try {
      const event = decodeCompleted(record.value);
      if (event.type === ExchangeCompleted.type) {
        const usage = usageOf(event);
        const identity = `${usage.hour}${usage.internalId}`;
        if (!usages.has(identity)) usages.set(identity, { usage, record });
      } else otherEvents += 1;
    } catch (error) {
      poison.push({ offset: record.offset, value: record.value, reason: reasonOf(error) });
    }
  }
  const repeatedEvents = records.length - poison.length - otherEvents - usages.size;
  return { usages: [...usages.values()], otherEvents, repeatedEvents, poison };
}

/** Names the fields at fault; what a parser says of a text may quote it, so that stays out. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return 'not JSON';
  const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return faults.join('; ').slice(0, 1_000);
}
