import { type UsageGranularity } from '@ssp/contracts';
import { type Period } from '../rollups/plan-parts.ts';

/** The period just before: as many months where it is made of whole ones, else as many hours. */
export function formerPeriod({ from, to }: Period): Period {
  const months = wholeMonths({ from, to });
  if (months !== null) return { from: addMonths(from, -months), to: from };
  return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
}

/** The beginning of the hour, day or month that is as far into the former period as `start` is into the period. */
export function formerStart(start: string, period: Period, granularity: UsageGranularity): string {
  const at = new Date(start);
  const months = wholeMonths(period);
  const former =
    granularity === 'month' && months !== null
      ? addMonths(at, -months)
      : new Date(at.getTime() - period.from.getTime() + formerPeriod(period).from.getTime());
  return former.toISOString();
}

/** Null where it does not begin and end with a month. */
function wholeMonths({ from, to }: Period): number | null {
  if (!beginsMonth(from) || !beginsMonth(to)) return null;
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
}

function beginsMonth(at: Date): boolean {
  return at.getUTCDate() === 1 && at.getUTCHours() === 0;
}

function addMonths(at: Date, months: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months));
}
