import { usageDimensions, type UsageDimension, UsageMonth } from '@ssp/contracts';
import { type Fault } from '../page.ts';

/** What the address asks the page to show. */
export type UsageChoice = {
  readonly month: string;
  readonly groupBy: readonly UsageDimension[];
};

/** The address read as far as it could be: what is faulty is replaced by the usual, and said. */
export type ReadChoice = { readonly choice: UsageChoice; readonly faults: readonly Fault[] };

/** Reads `month` (the newest with usage unless given) and `groupBy` (supplier unless given; empty for totals alone). */
export function readUsageChoice(parameters: URLSearchParams, newestMonth: string): ReadChoice {
  const faults: Fault[] = [];
  const asked = parameters.get('month');
  const month = UsageMonth.safeParse(asked === null || asked === '' ? newestMonth : asked);
  if (!month.success) faults.push({ field: 'month', text: 'Choose a month, written like 2026-01' });

  const names = parameters.getAll('groupBy').flatMap((value) => value.split(','));
  const wanted = new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
  const groupBy = usageDimensions.filter((dimension) => wanted.delete(dimension));
  if (wanted.size > 0) {
    faults.push({ field: 'groupBy', text: 'Choose only from the ways of grouping on this page' });
  }
  return {
    choice: {
      month: month.success ? month.data : newestMonth,
      groupBy: parameters.has('groupBy') ? groupBy : ['supplier'],
    },
    faults,
  };
}
