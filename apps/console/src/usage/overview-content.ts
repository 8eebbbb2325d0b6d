import { type UsageReport } from '@ssp/contracts';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatCount, formatMilliseconds, formatMonth, formatShare } from '../number-forms.ts';
import { courseChart } from './course-chart.ts';
import { errorShare, type Figure, formerOf, keyFigure, remarkOn, usageFigures } from './figures.ts';
import { dimensions } from './names.ts';

/** What the page has been told of a month, each compared with the time before. */
export type OverviewAnswer = {
  readonly months: readonly string[];
  readonly course: UsageReport;
  readonly suppliers: UsageReport;
  readonly providers: UsageReport;
  readonly outcomes: UsageReport;
  /** Month by month. */
  readonly year: UsageReport;
};

/** Says what the overview shows; `words` name its period. */
export function overviewContent(month: string, words: string, answer: OverviewAnswer) {
  const { months, course, suppliers, providers, outcomes, year } = answer;
  const former = formerOf(suppliers);
  return {
    months: [...new Set([month, ...months])]
      .toSorted()
      .toReversed()
      .map((value) => ({ value, text: formatMonth(value), selected: value === month })),
    isEmpty: suppliers.totals.requests === 0,
    words,
    formerWords: former?.words ?? null,
    keyFigures: [
      usageFigures.requests,
      usageFigures.billable,
      errorShare,
      usageFigures.providerMsMean,
      ownMean,
    ].map((figure) => keyFigure(figure, suppliers.totals, former)),
    chart: courseChart(course, words),
    suppliers: topTable(month, suppliers, {
      dimension: 'supplier',
      caption: 'Suppliers with the most requests',
      figures: [usageFigures.requests, usageFigures.billable, errorShare],
    }),
    providers: topTable(month, providers, {
      dimension: 'provider',
      caption: 'Providers with the most errors',
      figures: [usageFigures.errors, errorShare, usageFigures.requests],
    }),
    outcomes: topTable(month, outcomes, {
      dimension: 'outcome',
      caption: 'How requests ended',
      figures: [usageFigures.requests],
    }),
    year: yearTable(year),
  };
}

const ownMean: Figure = {
  head: 'Our own mean time',
  text: ({ ownMsMean }) => formatMilliseconds(ownMsMean),
  value: ({ ownMsMean }) => ownMsMean,
};

type TopTable = {
  readonly dimension: 'supplier' | 'provider' | 'outcome';
  readonly caption: string;
  readonly figures: readonly Figure[];
};

function topTable(
  month: string,
  report: UsageReport,
  { dimension, caption, figures }: TopTable,
): FiguresTable {
  const { head, text, filter } = dimensions[dimension];
  return {
    caption,
    head: [
      ...nameHeads(head),
      ...figureHeads(...figures.map((figure) => figure.head), 'Share of all requests'),
    ],
    rows: report.rows.map((row) => {
      const filters = Object.entries(filter(row)).flatMap(([name, value]) =>
        value === null ? [] : [[name, value]],
      );
      const parameters = new URLSearchParams([
        ['month', month],
        ...filters,
        ['groupBy', nextDimension[dimension]],
      ]);
      return {
        cells: [
          { text: text(row), href: `/usage?${parameters.toString()}` },
          ...figures.map((figure) => ({
            text: figure.text(row),
            remark:
              row.previous === undefined || row.previous === null
                ? null
                : remarkOn(figure, row, row.previous),
          })),
          { text: formatShare(row.requests, report.totals.requests) },
        ],
      };
    }),
  };
}

/** What a reader who goes into one of these asks next. */
const nextDimension = { supplier: 'provider', provider: 'interaction,outcome', outcome: 'supplier' } as const;

function yearTable({ rows }: UsageReport): FiguresTable {
  return {
    caption: 'The last twelve months',
    head: [...nameHeads('Month'), ...figureHeads('Requests', 'Billable', 'Error share')],
    rows: rows.toReversed().map((row) => {
      const month = (row.start ?? '').slice(0, 7);
      return {
        cells: [
          { text: formatMonth(month), href: `/overview?month=${month}` },
          { text: formatCount(row.requests) },
          { text: formatCount(row.billable) },
          { text: errorShare.text(row) },
        ],
      };
    }),
  };
}
