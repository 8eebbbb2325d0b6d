import { type Fault } from '../page.ts';
import { type Period, periodParameters, readPeriod } from './period.ts';

/** What the performance page is asked to show. */
export type PerformanceChoice = {
  readonly period: Period;
  readonly by: 'supplier' | 'provider';
  readonly order: 'requests' | 'errors';
  readonly supplier: string | null;
  readonly provider: string | null;
  readonly cursor: string | null;
};

export function readPerformanceChoice(
  query: URLSearchParams,
  newestMonth: string,
): { readonly choice: PerformanceChoice; readonly faults: readonly Fault[] } {
  const { period, faults } = readPeriod(query, newestMonth);
  const text = (name: string) => query.get(name)?.trim().slice(0, 255) || null;
  return {
    choice: {
      period,
      by: query.get('by') === 'supplier' ? 'supplier' : 'provider',
      order: query.get('order') === 'errors' ? 'errors' : 'requests',
      supplier: text('supplier'),
      provider: text('provider'),
      cursor: text('cursor'),
    },
    faults,
  };
}

export function performanceParameters(choice: PerformanceChoice): URLSearchParams {
  const { period, by, order, supplier, provider, cursor } = choice;
  const parameters = new URLSearchParams({ ...periodParameters(period), by, order });
  if (supplier !== null) parameters.set('supplier', supplier);
  if (provider !== null) parameters.set('provider', provider);
  if (cursor !== null) parameters.set('cursor', cursor);
  return parameters;
}
