import { type UsageReport } from '@ssp/contracts';
import { drawChart } from '../chart/draw-chart.ts';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatMilliseconds, formatMonth } from '../number-forms.ts';
import { errorShare, type Figure, formerOf, keyFigure, remarkOn, usageFigures } from './figures.ts';
import { dimensions } from './names.ts';
import { type PerformanceChoice, performanceParameters } from './performance-choice.ts';
import { describePeriod } from './period.ts';
import { stepsOf } from './step-name.ts';

/** What the page has been told. */
export type PerformanceAnswer = {
  readonly months: readonly string[];
  /** A page of the groups, compared with the period before. */
  readonly report: UsageReport;
  readonly course: UsageReport;
};

const time = (head: string, value: Figure['value']): Figure => ({
  head,
  value,
  text: (figures) => formatMilliseconds(value(figures)),
});

const providerP50 = time('Provider: half within', ({ providerMsP50 = null }) => providerMsP50);
const providerP95 = time('Provider: 95% within', ({ providerMsP95 = null }) => providerMsP95);
const providerP99 = time('Provider: 99% within', ({ providerMsP99 = null }) => providerMsP99);
const ownP95 = time('Our own: 95% within', ({ ownMsP95 = null }) => ownMsP95);
const ownP99 = time('Our own: 99% within', ({ ownMsP99 = null }) => ownMsP99);

const columns: readonly Figure[] = [
  usageFigures.requests,
  errorShare,
  providerP50,
  providerP95,
  providerP99,
  ownP95,
  ownP99,
];

/** Says what the performance page shows. */
export function performanceContent(choice: PerformanceChoice, { months, report, course }: PerformanceAnswer) {
  const { period, by } = choice;
  const former = formerOf(report);
  const keys = [errorShare, providerP95, providerP99, ownP95];
  return {
    months: months.map((month) => ({
      value: month,
      text: formatMonth(month),
      selected: period.kind === 'month' && period.month === month,
    })),
    by,
    order: choice.order,
    supplier: choice.supplier,
    provider: choice.provider,
    isEmpty: report.totals.requests === 0,
    periodWords: describePeriod(period),
    beforeWords: former?.words ?? null,
    keyFigures: keys.map((figure) => keyFigure(figure, report.totals, former)),
    charts: [providersChart(course, choice), ownChart(course, choice)],
    table: performanceTable(choice, report),
    firstPath: choice.cursor === null ? null : pathOf({ ...choice, cursor: null }),
    nextPath: report.next === null ? null : pathOf({ ...choice, cursor: report.next }),
  };
}

const pathOf = (choice: PerformanceChoice) =>
  `/usage/performance?${performanceParameters(choice).toString()}`;

function providersChart({ rows, granularity }: UsageReport, { period }: PerformanceChoice) {
  return drawChart({
    id: 'provider-times',
    kind: 'lines',
    title: `Providers’ times by ${granularity} ${describePeriod(period)}`,
    summary: 'Lines of the times within which half, 95% and 99% of the requests were answered.',
    ...stepsOf(rows, granularity),
    series: [
      { name: 'Half within', values: rows.map(providerP50.value) },
      { name: '95% within', values: rows.map(providerP95.value) },
      { name: '99% within', values: rows.map(providerP99.value) },
    ],
    format: formatMilliseconds,
  });
}

function ownChart({ rows, granularity }: UsageReport, { period }: PerformanceChoice) {
  return drawChart({
    id: 'own-times',
    kind: 'lines',
    title: `Our own time by ${granularity} ${describePeriod(period)}`,
    summary: 'Lines of the time that the proxy itself took, for half, 95% and 99% of the requests at most.',
    ...stepsOf(rows, granularity),
    series: [
      { name: 'Half within', values: rows.map(({ ownMsP50 = null }) => ownMsP50) },
      { name: '95% within', values: rows.map(ownP95.value) },
      { name: '99% within', values: rows.map(ownP99.value) },
    ],
    format: formatMilliseconds,
  });
}

function performanceTable(choice: PerformanceChoice, report: UsageReport): FiguresTable {
  const { head, text, filter } = dimensions[choice.by];
  const former = report.previous?.totals ?? null;
  const cells = (now: UsageReport['totals'], before: UsageReport['totals'] | null) =>
    columns.map((figure) => ({
      text: figure.text(now),
      remark: before === null ? null : remarkOn(figure, now, before),
    }));
  return {
    caption: `${head}s, ${choice.order === 'requests' ? 'most requests first' : 'most errors first'}`,
    head: [...nameHeads(head), ...figureHeads(...columns.map((figure) => figure.head))],
    rows: [
      ...report.rows.map((row) => ({
        cells: [
          { text: text(row), href: pathOf({ ...choice, ...filter(row), by: 'provider', cursor: null }) },
          ...cells(row, row.previous ?? null),
        ],
      })),
      { total: true, cells: [{ text: 'All together' }, ...cells(report.totals, former)] },
    ],
  };
}
