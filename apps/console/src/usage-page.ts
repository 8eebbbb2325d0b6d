import { type UsageDimension, usageDimensions, type UsageReport } from '@ssp/contracts';
import { formatMonth } from './number-forms.ts';
import { type UsagePage } from './page.ts';
import { type ReadChoice } from './usage-choice.ts';
import { usageTable } from './usage-table.ts';

const groupingNames: Record<UsageDimension, string> = {
  supplier: 'Supplier',
  provider: 'Provider',
  consumer: 'Consumer',
  interaction: 'Interaction',
  outcome: 'Outcome',
};

/** Says what the page shows; a report that is null could not be had. */
export function usagePage(
  { choice, faults }: ReadChoice,
  monthsWithUsage: readonly string[],
  report: UsageReport | null,
  rowsMax: number,
): UsagePage {
  const months = [...new Set([choice.month, ...monthsWithUsage])].toSorted().toReversed();
  const isEmpty = report !== null && report.totals.requests === 0;
  const query = new URLSearchParams({ month: choice.month, groupBy: choice.groupBy.join(',') });
  return {
    faults,
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
