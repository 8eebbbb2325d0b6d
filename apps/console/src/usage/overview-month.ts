import { UsageMonth } from '@ssp/contracts';
import { formatMonth } from '../number-forms.ts';
import { type Fault } from '../page.ts';
import { hoursOf } from './period.ts';

type Hours = { readonly from: string; readonly to: string };

/** The month that an overview shows. */
export type OverviewMonth = {
  readonly month: string;
  /** Of the month in which `now` lies only what has passed, so that it is compared with as much time before. */
  readonly hours: Hours;
  /** The twelve months that end with it. */
  readonly yearHours: Hours;
  readonly words: string;
  readonly faults: readonly Fault[];
};

/** Reads `month`; without it the newest with usage, or where there is none the one of `now`. */
export function readOverviewMonth(query: URLSearchParams, newest: string | null, now: Date): OverviewMonth {
  const nowMonth = now.toISOString().slice(0, 7);
  const usual = newest ?? nowMonth;
  const asked = query.get('month') ?? '';
  const read = UsageMonth.safeParse(asked === '' ? usual : asked);
  const month = read.success ? read.data : usual;
  const whole = hoursOf({ kind: 'month', month });
  const afterNow = `${new Date(now.getTime() + 3_600_000).toISOString().slice(0, 13)}:00Z`;
  const yearFrom = new Date(`${month}-01T00:00Z`);
  yearFrom.setUTCMonth(yearFrom.getUTCMonth() - 11);
  return {
    month,
    hours: month === nowMonth ? { from: whole.from, to: afterNow } : whole,
    yearHours: { from: `${yearFrom.toISOString().slice(0, 10)}T00:00Z`, to: whole.to },
    words: month === nowMonth ? `in ${formatMonth(month)} so far` : `in ${formatMonth(month)}`,
    faults: read.success ? [] : [{ field: 'month', text: 'Choose a month, written like 2026-01' }],
  };
}
