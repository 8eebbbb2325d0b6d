import {
  usageDimensions,
  usageGranularities,
  type UsageGranularity,
  usageOutcomes,
  type UsageReport,
} from '@ssp/contracts';
import { formatMonth } from '../number-forms.ts';
import { type Fault } from '../page.ts';
import { courseChart } from './course-chart.ts';
import { errorShare, formerOf, keyFigure, usageFigures, usageOrders } from './figures.ts';
import { dimensions, outcomeNames } from './names.ts';
import { describePeriod } from './period.ts';
import { usageTable } from './usage-table.ts';
import { choiceParameters, type ReadChoice, type UsageChoice } from './usage-choice.ts';

/** What the page has been told, or null where it could not be had. */
export type UsageAnswer = {
  readonly months: readonly string[];
  readonly report: UsageReport;
  /** The same without groups, day by day or hour by hour. */
  readonly course: UsageReport;
} | null;

const stepLabels: Readonly<Record<UsageGranularity, string>> = {
  total: 'No: the whole period',
  month: 'By month',
  day: 'By day',
  hour: 'By hour',
};

/** Says what the usage page shows. */
export function usageContent({ choice, faults }: ReadChoice, answer: UsageAnswer) {
  return {
    ...formOf(choice, faults, answer?.months ?? []),
    periodWords: describePeriod(choice.period),
    csvPath: `/usage.csv?${choiceParameters({ ...choice, cursor: null }).toString()}`,
    content:
      answer === null
        ? { kind: 'unavailable' as const }
        : answer.report.totals.requests === 0
          ? { kind: 'empty' as const }
          : { kind: 'figures' as const, ...figuresOf(choice, answer) },
  };
}

const option = (value: string, text: string, chosen: string) => ({ value, text, selected: value === chosen });

/** The form's fields, as chosen. */
function formOf(
  { period, groupBy, step, filters, order, compare }: UsageChoice,
  faults: readonly Fault[],
  withUsage: readonly string[],
) {
  const chosenMonth = period.kind === 'month' ? period.month : null;
  const months = [...new Set([...(chosenMonth === null ? [] : [chosenMonth]), ...withUsage])]
    .toSorted()
    .toReversed();
  return {
    months: months.map((month) => option(month, formatMonth(month), chosenMonth ?? '')),
    days: period.kind === 'days' ? { from: period.from, to: period.to } : { from: '', to: '' },
    groupings: usageDimensions.map((dimension) => ({
      value: dimension,
      text: dimensions[dimension].head,
      checked: groupBy.includes(dimension),
    })),
    steps: usageGranularities.map((it) => option(it, stepLabels[it], step)),
    orders: [
      ...usageOrders.map((key) => option(key, `${usageFigures[key].head}, most first`, order)),
      option('name', 'Time and names', order),
    ],
    outcomes: [
      option('', 'Any', filters.outcome ?? ''),
      ...usageOutcomes.map((outcome) => option(outcome, outcomeNames[outcome], filters.outcome ?? '')),
    ],
    filters,
    narrowed: Object.values(filters).some((value) => value !== null),
    compare,
    faultOf: Object.fromEntries(faults.map(({ field, text }) => [field, { text }])),
  };
}

function figuresOf(choice: UsageChoice, { report, course }: NonNullable<UsageAnswer>) {
  const former = formerOf(report);
  return {
    keyFigures: [usageFigures.requests, usageFigures.billable, errorShare, usageFigures.providerMsMean].map(
      (figure) => keyFigure(figure, report.totals, former),
    ),
    chart: courseChart(course, describePeriod(choice.period)),
    table: usageTable(choice, report, `Usage ${describePeriod(choice.period)}`),
    isFirst: choice.cursor === null,
    firstPath: `/usage?${choiceParameters({ ...choice, cursor: null }).toString()}`,
    nextPath:
      report.next === null
        ? null
        : `/usage?${choiceParameters({ ...choice, cursor: report.next }).toString()}`,
    beforeWords: former?.words ?? null,
  };
}
