import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { addUsage } from '../src/add-usage.ts';
import { aggregateUsage } from '../src/aggregate-usage.ts';
import { noteLate } from '../src/books/note-late.ts';
import { enterExchanges } from '../src/ledger.ts';
import { openMonths } from '../src/ledger-months.ts';
import { usageKeyOf } from '../src/usage-key.ts';
import { knownKeys, storeKeys } from '../src/usage-keys.ts';
import { type Usage, usageOf } from '../src/usage-of.ts';
import { completedEvent } from './completed-event.ts';

/** The usual exchange with changes, under the key of its names. */
export function usage(changes: Partial<Usage> = {}): Usage {
  const changed = { ...usageOf(completedEvent()), ...changes };
  return { ...changed, key: usageKeyOf(changed) };
}

/** Counts exchanges as the aggregator does. */
export function storeUsage(pool: Pool, usages: readonly Usage[]): Promise<void> {
  return inTransaction(pool, async (client) => {
    await openMonths(client, usages, new Set());
    await enterExchanges(client, usages);
    const sums = aggregateUsage(usages);
    await storeKeys(client, sums, knownKeys());
    await addUsage(client, sums);
    await noteLate(client, usages);
  });
}
