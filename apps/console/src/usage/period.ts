import { UsageMonth } from '@ssp/contracts';
import { z } from 'zod';
import { formatDay, formatHour, formatMonth } from '../number-forms.ts';
import { type Fault } from '../page.ts';

/** Whole days in UTC: a calendar month, or from one day to another, both included. */
export type Period =
  | { readonly kind: 'month'; readonly month: string }
  | { readonly kind: 'days'; readonly from: string; readonly to: string };

const Day = z.iso.date().refine((day) => day.startsWith('20'));

/** Most days of a period that is not a month. */
const daysMax = 366;

/** Reads `month`, or `from` and `to`, from an address; without any the newest month. */
export function readPeriod(
  query: URLSearchParams,
  newestMonth: string,
): { readonly period: Period; readonly faults: readonly Fault[] } {
  const newest: Period = { kind: 'month', month: newestMonth };
  const asked = (name: string) => query.get(name)?.trim() ?? '';
  if (asked('from') !== '' || asked('to') !== '') {
    const from = Day.safeParse(asked('from'));
    const to = Day.safeParse(asked('to'));
    const faults: Fault[] = [];
    if (!from.success) faults.push({ field: 'from', text: 'Enter the first day, like 2026-01-31' });
    if (!to.success) faults.push({ field: 'to', text: 'Enter the last day, like 2026-01-31' });
    if (!from.success || !to.success) return { period: newest, faults };
    const period: Period = { kind: 'days', from: from.data, to: to.data };
    if (from.data > to.data) {
      return { period: newest, faults: [{ field: 'to', text: 'The last day must not be before the first' }] };
    }
    if (daysOf(period) > daysMax) {
      return { period: newest, faults: [{ field: 'to', text: `Choose no more than ${daysMax} days` }] };
    }
    return { period, faults: [] };
  }
  if (asked('month') === '') return { period: newest, faults: [] };
  const month = UsageMonth.safeParse(asked('month'));
  if (month.success) return { period: { kind: 'month', month: month.data }, faults: [] };
  return { period: newest, faults: [{ field: 'month', text: 'Choose a month, written like 2026-01' }] };
}

/** The period as an address has it. */
export function periodParameters(period: Period): Readonly<Record<string, string>> {
  return period.kind === 'month' ? { month: period.month } : { from: period.from, to: period.to };
}

/** The hour it begins, and the one after its last. */
export function hoursOf(period: Period): { readonly from: string; readonly to: string } {
  if (period.kind === 'days') {
    return { from: `${period.from}T00:00Z`, to: `${shiftedDay(period.to, 1)}T00:00Z` };
  }
  return { from: `${period.month}-01T00:00Z`, to: `${shiftedMonth(period.month, 1)}-01T00:00Z` };
}

export function daysOf(period: Period): number {
  const { from, to } = hoursOf(period);
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** `in January 2026`, `on 3 January 2026`, `from 3 January 2026 to 5 February 2026`. */
export function describePeriod(period: Period): string {
  if (period.kind === 'month') return `in ${formatMonth(period.month)}`;
  if (period.from === period.to) return `on ${formatDay(period.from)}`;
  return `from ${formatDay(period.from)} to ${formatDay(period.to)}`;
}

/** The same of a period that an API tells of, `to` excluded; it may begin and end with any hour. */
export function describeHours({ from, to }: { readonly from: string; readonly to: string }): string {
  const month = from.slice(0, 7);
  if (isMidnight(from) && isMidnight(to)) {
    const isMonth = from.slice(8, 10) === '01' && to.startsWith(`${shiftedMonth(month, 1)}-01`);
    if (isMonth) return describePeriod({ kind: 'month', month });
    return describePeriod({ kind: 'days', from: from.slice(0, 10), to: shiftedDay(to.slice(0, 10), -1) });
  }
  return `from ${formatHour(from)} to ${formatHour(to)}`;
}

const isMidnight = (instant: string) => instant.slice(11, 16) === '00:00';

function shiftedMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by)).toISOString().slice(0, 7);
}

function shiftedDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}
