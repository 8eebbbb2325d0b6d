import { type UsageFigures, type UsageGranularity, type UsageReport, type UsageRow } from '@ssp/contracts';
import { figureHeads, type FiguresTable, type FiguresTableCell, nameHeads } from '../figures-table.ts';
import { remarkOn, usageFigures } from './figures.ts';
import { dimensions } from './names.ts';
import { type Period, periodParameters } from './period.ts';
import { stepName } from './step-name.ts';
import { choiceParameters, filterParameters, type UsageChoice, type UsageFilters } from './usage-choice.ts';

const figures = Object.values(usageFigures);

/** Lays a page of a report out. Names lead to the same page with nothing else in it, and rows to the exchanges behind them. */
export function usageTable(choice: UsageChoice, report: UsageReport, caption: string): FiguresTable {
  const isTimed = report.granularity !== 'total';
  const names = [
    ...(isTimed ? ['Time'] : []),
    ...report.groupBy.map((dimension) => dimensions[dimension].head),
  ];
  const rows = names.length === 0 ? [] : report.rows;
  const former = report.previous?.totals ?? null;
  return {
    caption,
    head: [
      ...nameHeads(...(names.length === 0 ? [''] : names)),
      ...figureHeads(...figures.map(({ head }) => head)),
      ...nameHeads('Behind it'),
    ],
    rows: [
      ...rows.map((row) => ({
        cells: [
          ...nameCells(choice, report, row),
          ...figureCells(row, row.previous ?? null),
          exchangesCell(choice, report, row),
        ],
      })),
      {
        total: true,
        cells: [
          { text: report.next === null && choice.cursor === null ? 'Total' : 'Total of all pages' },
          ...names.slice(1).map(() => ({ text: '' })),
          ...figureCells(report.totals, former),
          {
            text: 'Exchanges',
            hidden: 'of the total',
            href: exchangesPath(choice.period, choice.filters, null),
          },
        ],
      },
    ],
  };
}

function nameCells(choice: UsageChoice, report: UsageReport, row: UsageRow): FiguresTableCell[] {
  const names = report.groupBy.map((dimension) => {
    const { text, filter } = dimensions[dimension];
    const filters = { ...choice.filters, ...filter(row) };
    return {
      text: text(row),
      href: `/usage?${choiceParameters({ ...choice, filters, cursor: null }).toString()}`,
    };
  });
  if (row.start === undefined) return names;
  return [{ text: stepName(row.start, report.granularity).long }, ...names];
}

function figureCells(now: UsageFigures, before: UsageFigures | null): FiguresTableCell[] {
  return figures.map((figure) => ({
    text: figure.text(now),
    remark: before === null ? null : remarkOn(figure, now, before),
  }));
}

function exchangesCell(choice: UsageChoice, report: UsageReport, row: UsageRow): FiguresTableCell {
  const parts = report.groupBy.map((dimension) => dimensions[dimension]);
  const filters: UsageFilters = {
    ...choice.filters,
    ...Object.fromEntries(parts.flatMap(({ filter }) => Object.entries(filter(row)))),
  };
  const names = parts.map(({ text }) => text(row));
  const when = row.start === undefined ? [] : [stepName(row.start, report.granularity).long];
  return {
    text: 'Exchanges',
    hidden: `of ${[...when, ...names].join(', ')}`,
    href: exchangesPath(
      choice.period,
      filters,
      row.start === undefined ? null : [row.start, report.granularity],
    ),
  };
}

/** Where the exchanges behind a figure are listed. */
function exchangesPath(
  period: Period,
  filters: UsageFilters,
  step: readonly [start: string, UsageGranularity] | null,
): string {
  const parameters = new URLSearchParams(periodParameters(step === null ? period : periodOf(...step)));
  if (step?.[1] === 'hour') parameters.set('hour', step[0].slice(11, 13));
  for (const [name, value] of filterParameters(filters)) parameters.set(name, value);
  return `/usage/exchanges?${parameters.toString()}`;
}

function periodOf(start: string, granularity: UsageGranularity): Period {
  if (granularity === 'month') return { kind: 'month', month: start.slice(0, 7) };
  const day = start.slice(0, 10);
  return { kind: 'days', from: day, to: day };
}
