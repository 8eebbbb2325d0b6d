import { type UsageReport } from '@ssp/contracts';
import { drawChart, type DrawnChart } from '../chart/draw-chart.ts';
import { formatCount } from '../number-forms.ts';
import { stepName, stepsOf } from './step-name.ts';

/** Requests step by step, those that are paid and those that are not. */
export function courseChart({ rows, granularity }: UsageReport, periodWords: string): DrawnChart {
  const most = rows.toSorted((left, right) => right.requests - left.requests)[0];
  return drawChart({
    id: 'course',
    kind: 'columns',
    title: `Requests by ${granularity} ${periodWords}`,
    summary:
      most === undefined
        ? 'No requests.'
        : `Most requests, ${formatCount(most.requests)}: ${stepName(most.start ?? '', granularity).long}.`,
    ...stepsOf(rows, granularity),
    series: [
      { name: 'Billable', values: rows.map(({ billable }) => billable) },
      { name: 'Not billable', values: rows.map(({ requests, billable }) => requests - billable) },
    ],
    format: formatCount,
  });
}
