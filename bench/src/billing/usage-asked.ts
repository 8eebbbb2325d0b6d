import { randomInt } from 'node:crypto';
import { countedExchangesPath, usageMonthsPath, usagePath } from '@ssp/contracts';
import {
  interactionsEach,
  monthAt,
  monthsFilled,
  thisMonth,
  today,
  until,
  type UsageSize,
  yearAgo,
} from './usage-size.ts';

/** A kind of question, each time about another party, month or day. */
export type AskedKind = {
  readonly kind: string;
  readonly path: string;
  readonly query: () => Readonly<Record<string, string>>;
};

const dayMs = 86_400_000;

/** What billing staff and the console ask. */
export function askedKinds({ practices, consumers }: UsageSize): readonly AskedKind[] {
  const year = { from: hourText(yearAgo), to: hourText(thisMonth) };
  const yearToNow = { from: hourText(yearAgo), to: hourText(until) };
  const provider = () => ({ provider: code('9181', practices, 8) });
  const consumer = () => ({ consumer: code('2000', consumers, 8) });
  const top = { order: '-requests', limit: '20' };
  const kinds: readonly (readonly [kind: string, query: () => Readonly<Record<string, string>>])[] = [
    ['all of a year, by month', () => ({ ...year, granularity: 'month' })],
    ['the year to this hour, by supplier', () => ({ ...yearToNow, groupBy: 'supplier' })],
    [
      'suppliers of a year by month, with percentiles',
      () => ({ ...year, groupBy: 'supplier', granularity: 'month', percentiles: 'true' }),
    ],
    [
      'a month of a supplier by interaction and outcome',
      () => ({ ...month(), ...supplier(), groupBy: 'interaction,outcome' }),
    ],
    [
      'half a year by supplier, beside the half before',
      () => ({
        from: hourText(monthAt(-6)),
        to: hourText(thisMonth),
        groupBy: 'supplier',
        compare: 'previous',
      }),
    ],
    ['a week by hour', () => ({ ...lastDays(7, 0), granularity: 'hour' })],
    [
      'today by hour and supplier',
      () => ({ from: hourText(today), to: hourText(until), groupBy: 'supplier', granularity: 'hour' }),
    ],
    ['the 20 first practices of a month', () => ({ ...month(), groupBy: 'provider', ...top })],
    ['the 20 first practices of a year', () => ({ ...year, groupBy: 'provider', ...top })],
    [
      'the 20 practices with most errors of a day',
      () => ({ ...day(), groupBy: 'provider', order: '-errors', limit: '20' }),
    ],
    [
      'the 20 first consumers of a month, beside the month before',
      () => ({ ...month(), groupBy: 'consumer', ...top, compare: 'previous' }),
    ],
    ['the 20 first consumers of a year', () => ({ ...year, groupBy: 'consumer', ...top })],
    ['a practice, a year by month', () => ({ ...year, ...provider(), granularity: 'month' })],
    [
      'a practice, a month by day, with percentiles',
      () => ({ ...month(), ...provider(), granularity: 'day', percentiles: 'true' }),
    ],
    ['a practice, a year by consumer', () => ({ ...year, ...provider(), groupBy: 'consumer', ...top })],
    [
      'a practice, a month by interaction and outcome',
      () => ({ ...month(), ...provider(), groupBy: 'interaction,outcome' }),
    ],
    ['a consumer, a month by practice', () => ({ ...month(), ...consumer(), groupBy: 'provider', ...top })],
    [
      'a consumer, the month so far by interaction',
      () => ({ from: hourText(thisMonth), to: hourText(until), ...consumer(), groupBy: 'interaction' }),
    ],
    ['an interaction, a month by supplier', () => ({ ...month(), ...interaction(), groupBy: 'supplier' })],
    ['all practices of a month as CSV', () => ({ ...month(), groupBy: 'provider', format: 'csv' })],
    [
      'an interaction, the 20 first practices of a month',
      () => ({ ...month(), ...interaction(), groupBy: 'provider', ...top }),
    ],
  ];
  const lastHour = { from: hourText(new Date(until.getTime() - 3_600_000)), to: hourText(until) };
  return [
    ...kinds.map(([kind, query]) => ({ kind, query, path: usagePath })),
    { kind: 'which months there are', path: usageMonthsPath, query: () => ({}) },
    {
      kind: 'the exchanges of a practice in an hour',
      path: countedExchangesPath,
      query: () => ({ ...lastHour, ...provider() }),
    },
    {
      kind: 'the exchanges of a supplier in an hour',
      path: countedExchangesPath,
      query: () => ({ ...lastHour, ...supplier() }),
    },
  ];
}

function supplier() {
  return { supplier: `Supplier ${['A', 'B', 'C'][randomInt(3)] ?? 'A'}` };
}

function interaction() {
  const nth = randomInt(interactionsEach);
  return { interaction: `urn:nhs:names:services:gpconnect:fhir:rest:search:resource${nth}-1` };
}

function month() {
  return { month: monthAt(-randomInt(1, monthsFilled)).toISOString().slice(0, 7) };
}

function day() {
  return lastDays(1, randomInt(300));
}

function lastDays(amount: number, before: number) {
  const to = today.getTime() - before * dayMs;
  return { from: hourText(new Date(to - amount * dayMs)), to: hourText(new Date(to)) };
}

function hourText(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}

/** One of so many codes, at random. */
function code(prefix: string, codes: number, digits: number): string {
  return `${prefix}${String(randomInt(codes)).padStart(digits, '0')}`;
}
