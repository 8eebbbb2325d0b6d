import { type Balance } from '../books/close-month.ts';
import { readAcceptances } from './acceptances.ts';
import { hoursToReconcile, periodOfMonth, ripeHours } from './hours.ts';
import { readHours } from './read-hours.ts';
import { reconcileMonth } from './reconcile-month.ts';
import { type Reconciling } from './reconcile-hour.ts';
import { reconcileHours } from './reconcile-hours.ts';

const toldMax = 100;

/**
 * Holds what is still open of a month against the audit, and says whether all of it balances: only such a month can be closed. An hour
 * that differed is looked at once more. Of a month that is closed its statement lines are held against its usage as well.
 */
export function monthBalance(
  reconciling: Reconciling,
  { ripeAfterMs, signal }: { readonly ripeAfterMs: number; readonly signal: AbortSignal },
): Balance {
  const { pool } = reconciling;
  return async (month) => {
    const period = periodOfMonth(month);
    const hours = ripeHours(period, Date.now(), ripeAfterMs);
    const run = reconcileHours(reconciling, await hoursToReconcile(pool, hours, new Date()), signal);
    // What they come to is read below, beside those that were reconciled before.
    while ((await run.next()).done !== true);
    const results = await readHours(pool, hours);
    const open = results.filter(({ hour }) => hour.state === 'waiting').map(({ hour }) => hour.hour);
    const unripe = ripeHours(period, Number.POSITIVE_INFINITY, 0).length - hours.length;
    const stated = await reconcileMonth(pool, month);
    const differences = [
      ...(unripe > 0 ? [`${unripe} of its hours have not ended long enough ago to be reconciled`] : []),
      ...open.map((hour) => `${hour}: it is not reconciled yet, as the audit or billing lags behind`),
      ...results
        .filter(({ hour }) => hour.state === 'unbalanced')
        .flatMap(({ differences: named }) => named.filter(({ kind }) => kind !== 'late'))
        .map(({ hour, kind, traceId, internalId, about }) =>
          [`${hour}: ${kind}`, traceId ?? internalId ?? '', about].filter((part) => part !== '').join(', '),
        ),
      ...(stated?.named ?? []).map(({ kind, about }) => `${month}: ${kind}, ${about}`),
    ];
    const acceptedHours = results
      .filter(({ hour }) => hour.state === 'accepted')
      .map(({ hour }) => hour.hour);
    const accepted = (await readAcceptances(pool, period)).filter(({ from, to }) =>
      acceptedHours.some((hour) => from <= hour && hour < to),
    );
    return {
      balanced: differences.length === 0,
      differences: differences.slice(0, toldMax),
      accepted,
      isAudited: true,
    };
  };
}
