import { type UsageDimension, usageDimensions, type UsageReport } from '@ssp/contracts';
import { formatMonth } from '../number-forms.ts';
import { type ReadChoice } from './usage-choice.ts';
import { type UsageTable, usageTable } from './usage-table.ts';

/** What the page of usage shows. */
export type UsageContent = {
  readonly months: readonly { readonly value: string; readonly text: string; readonly selected: boolean }[];
  readonly groupings: readonly { readonly value: string; readonly text: string; readonly checked: boolean }[];
  readonly monthName: string;
  /** Where the figures of a table are as CSV. */
  readonly csvPath: string;
  readonly content:
    | { readonly kind: 'table'; readonly table: UsageTable }
    | { readonly kind: 'empty' }
    | { readonly kind: 'unavailable' };
};

const groupingNames: Record<UsageDimension, string> = {
  supplier: 'Supplier',
  provider: 'Provider',
  consumer: 'Consumer',
  interaction: 'Interaction',
  outcome: 'Outcome',
};

/** Says what the page shows; a report that is null could not be had. */
export function usageContent(
  { choice }: ReadChoice,
  monthsWithUsage: readonly string[],
  report: UsageReport | null,
  rowsMax: number,
): UsageContent {
  const months = [...new Set([choice.month, ...monthsWithUsage])].toSorted().toReversed();
  const isEmpty = report !== null && report.totals.requests === 0;
  const query = new URLSearchParams({ month: choice.month, groupBy: choice.groupBy.join(',') });
  return {
    months: months.map((month) => ({
      value: month,
      text: formatMonth(month),
      selected: month === choice.month,
    })),
    groupings: usageDimensions.map((dimension) => ({
      value: dimension,
      text: groupingNames[dimension],
      checked: choice.groupBy.includes(dimension),
    })),
    monthName: formatMonth(choice.month),
    csvPath: `/usage.csv?${query.toString()}`,
    content:
      report === null
        ? { kind: 'unavailable' }
        : isEmpty
          ? { kind: 'empty' }
          : { kind: 'table', table: usageTable(report, rowsMax) },
  };
}
