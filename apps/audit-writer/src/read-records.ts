import { type ReceivedRecord } from '@ssp/kafka';
import { z } from 'zod';
import { type AuditEntry, isKeptOnce, readEntry } from './audit-entry.ts';

export type ReadRecord = { readonly offset: bigint; readonly entry: AuditEntry };
export type PoisonedRecord = { readonly offset: bigint; readonly value: Buffer; readonly reason: string };

/** Events are told at least once and kept once. */
export const repeatReason = 'a repeat of an event that is kept';

/**
 * Tells events from what cannot be kept as one: what does not decode, and what the table has `refused` before.
 * A reason never repeats the record's contents.
 */
export function readRecords(
  topic: string,
  records: readonly ReceivedRecord[],
  refused: ReadonlyMap<bigint, string>,
): { readonly read: readonly ReadRecord[]; readonly poisoned: readonly PoisonedRecord[] } {
  const read: ReadRecord[] = [];
  const poisoned: PoisonedRecord[] = [];
  const told = new Set<string>();
  for (const { offset, value } of records) {
    const reason = refused.get(offset);
    if (reason !== undefined) {
      poisoned.push({ offset, value, reason });
      continue;
    }
    try {
      const entry = readEntry(topic, value);
      const identity = `${entry.eventId} ${entry.occurredAt}`;
      if (isKeptOnce(entry) && told.has(identity)) {
        poisoned.push({ offset, value, reason: repeatReason });
        continue;
      }
      if (isKeptOnce(entry)) told.add(identity);
      read.push({ offset, entry });
    } catch (error) {
      poisoned.push({ offset, value, reason: reasonOf(error) });
    }
  }
  return { read, poisoned };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join('; ');
  }
  return error instanceof SyntaxError ? 'not JSON' : 'unreadable';
}
