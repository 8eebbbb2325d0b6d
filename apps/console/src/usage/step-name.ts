import { type UsageGranularity, type UsageRow } from '@ssp/contracts';
import { formatDay, formatHour, formatMonth } from '../number-forms.ts';

/** How an hour, day or month that begins at `start` is called: shortly for an axis, and whole. */
export function stepName(start: string, granularity: UsageGranularity): { short: string; long: string } {
  switch (granularity) {
    case 'hour':
      return { short: start.slice(11, 16), long: formatHour(start) };
    case 'day':
      return { short: String(Number(start.slice(8, 10))), long: formatDay(start) };
    case 'month':
      return { short: formatMonth(start.slice(0, 7)).slice(0, 3), long: formatMonth(start.slice(0, 7)) };
    case 'total':
      return { short: '', long: '' };
  }
}

/** The categories of a chart of a report’s rows in time. */
export function stepsOf(rows: readonly UsageRow[], granularity: UsageGranularity) {
  return {
    categoryHead: granularity === 'hour' ? 'Hour' : granularity === 'day' ? 'Day' : 'Month',
    categories: rows.map(({ start = '' }) => stepName(start, granularity)),
  };
}
