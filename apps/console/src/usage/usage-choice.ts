import {
  usageDimensions,
  type UsageDimension,
  usageGranularities,
  type UsageGranularity,
  usageOutcomes,
} from '@ssp/contracts';
import { type Fault } from '../page.ts';
import { type UsageOrder, usageOrders } from './figures.ts';
import { type Period, periodParameters, readPeriod } from './period.ts';

/** What usage can be narrowed to, by exact names. */
export const usageFilters = ['supplier', 'provider', 'consumer', 'interaction', 'outcome'] as const;
export type UsageFilters = Readonly<Record<(typeof usageFilters)[number], string | null>>;

/** What the address asks the page to show. */
export type UsageChoice = {
  readonly period: Period;
  readonly groupBy: readonly UsageDimension[];
  readonly step: UsageGranularity;
  readonly filters: UsageFilters;
  /** The figure that rows are in the order of, greatest first; `name` for the order of time and names. */
  readonly order: UsageOrder | 'name';
  readonly compare: boolean;
  /** Where a further page of the table begins. */
  readonly cursor: string | null;
};

/** The address read as far as it could be: what is faulty is replaced by the usual, and said. */
export type ReadChoice = { readonly choice: UsageChoice; readonly faults: readonly Fault[] };

/** What stands in the address of a choice that leaves the dimensions to the page. */
const usualGroups: readonly UsageDimension[] = ['supplier'];

/** Reads an address; the newest month with usage and groups by supplier unless it says otherwise. */
export function readUsageChoice(query: URLSearchParams, newestMonth: string): ReadChoice {
  const { period, faults: periodFaults } = readPeriod(query, newestMonth);
  const faults: Fault[] = [...periodFaults];
  const oneOf = <Name extends string>(field: string, names: readonly Name[]): Name | null => {
    const asked = textOf(query, field);
    const found = names.find((name) => name === asked) ?? null;
    if (asked !== null && found === null)
      faults.push({ field, text: `Choose only what this page offers (${field})` });
    return found;
  };

  const wanted = new Set(query.getAll('groupBy').flatMap(namesIn));
  const groupBy = usageDimensions.filter((dimension) => wanted.delete(dimension));
  if (wanted.size > 0) {
    faults.push({ field: 'groupBy', text: 'Choose only from the ways of grouping on this page' });
  }
  return {
    choice: {
      period,
      groupBy: query.has('groupBy') ? groupBy : usualGroups,
      step: oneOf('step', usageGranularities) ?? 'total',
      filters: {
        supplier: textOf(query, 'supplier'),
        provider: textOf(query, 'provider'),
        consumer: textOf(query, 'consumer'),
        interaction: textOf(query, 'interaction'),
        outcome: oneOf('outcome', usageOutcomes),
      },
      order: oneOf('order', [...usageOrders, 'name']) ?? 'requests',
      compare: query.get('compare') === 'yes',
      cursor: textOf(query, 'cursor'),
    },
    faults,
  };
}

/** The parameters that a choice has in an address; what is as usual is left out. */
export function choiceParameters(choice: UsageChoice): URLSearchParams {
  const { period, groupBy, step, filters, order, compare, cursor } = choice;
  const parameters = new URLSearchParams(periodParameters(period));
  parameters.set('groupBy', groupBy.join(','));
  if (step !== 'total') parameters.set('step', step);
  for (const [name, value] of filterParameters(filters)) parameters.set(name, value);
  if (order !== 'requests') parameters.set('order', order);
  if (compare) parameters.set('compare', 'yes');
  if (cursor !== null) parameters.set('cursor', cursor);
  return parameters;
}

/** The filters that are set, as parameters. */
export function filterParameters(filters: UsageFilters): [string, string][] {
  return usageFilters.flatMap((name): [string, string][] => {
    const value = filters[name];
    return value === null ? [] : [[name, value]];
  });
}

function textOf(query: URLSearchParams, name: string): string | null {
  const text = query.get(name)?.trim() ?? '';
  return text === '' ? null : text.slice(0, 255);
}

const namesIn = (value: string) =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
