import { stretchesOf } from './hours.ts';
import { Patience } from './patience.ts';
import { readHours, type ReconcileResult } from './read-hours.ts';
import { holdSums, reconcileHour, type Reconciling } from './reconcile-hour.ts';

/** Hours of one call of the audit. */
const hoursAtOnce = 24;

/**
 * Holds hours that have ended against the audit, a stretch of them in one call, and tells of each as it is done. Those whose sums do not agree
 * come after the others of their stretch, since each of their exchanges is looked at. All share the patience for what lags.
 */
export async function* reconcileHours(
  reconciling: Reconciling,
  hours: readonly Date[],
  signal: AbortSignal,
): AsyncGenerator<ReconcileResult> {
  const patience = new Patience();
  for (const stretch of stretchesOf(hours, hoursAtOnce)) {
    const others: Date[] = [];
    for await (const audited of reconciling.books.hours(stretch, signal)) {
      const hour = new Date(audited.hour.hour);
      if ((await holdSums(reconciling.pool, audited, patience, signal)) === 'kept') {
        patience.renew();
        yield* await readHours(reconciling.pool, [hour]);
      } else others.push(hour);
    }
    for (const hour of others) yield await reconcileHour(reconciling, hour, signal, patience);
  }
}
