import {
  type LineExchanges,
  type StatementHead,
  type StatementLine,
  type StatementLineKind,
} from '@ssp/contracts';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatBytes, formatCount, formatDay, formatHour, formatMonth } from '../number-forms.ts';
import { shortInteraction } from '../usage/names.ts';
import { formatPounds } from './money-form.ts';

const lineKinds: Readonly<Record<StatementLineKind, string>> = {
  usage: 'Requests',
  minimum: 'Up to the minimum',
  late: 'Requests counted late',
  'late-minimum': 'Change to a former minimum',
  adjustment: 'Correction',
};

/** Statements, each with a way to its lines. */
export function statementList(statements: readonly StatementHead[]): FiguresTable {
  return {
    caption: 'Statements, newest first',
    head: [
      ...nameHeads('Number', 'Month', 'Supplier', 'Closed'),
      ...figureHeads('Requests', 'Billable', 'Total'),
    ],
    rows: statements.map((it) => ({
      cells: [
        { text: it.number, href: `/statements/${it.number}` },
        { text: formatMonth(it.month) },
        { text: it.supplier },
        { text: formatDay(it.closedAt) },
        { text: formatCount(it.requests) },
        { text: formatCount(it.billable) },
        { text: formatPounds(it.total) },
      ],
    })),
  };
}

/** The lines of a statement; those about requests lead to them. */
export function statementLines(number: string, lines: readonly StatementLine[], total: string): FiguresTable {
  return {
    caption: 'Lines',
    head: [
      ...nameHeads('Line', 'What', 'Interaction', 'Outcome'),
      ...figureHeads('Quantity', 'Price each', 'Amount'),
      ...nameHeads('Behind it'),
    ],
    rows: [
      ...lines.map((line) => ({
        cells: [
          { text: String(line.line) },
          { text: `${lineKinds[line.kind]}, ${formatMonth(line.month)}`, remark: remarkOf(line) },
          { text: shortInteraction(line.interaction ?? '') },
          { text: line.outcome ?? '' },
          { text: line.quantity === null ? '' : formatCount(line.quantity) },
          { text: line.price === null ? '' : formatPounds(line.price) },
          { text: formatPounds(line.amount) },
          line.kind === 'usage' || line.kind === 'late'
            ? {
                text: 'Exchanges',
                hidden: `of line ${line.line}`,
                href: `/statements/${number}/lines/${line.line}`,
              }
            : { text: '' },
        ],
      })),
      {
        total: true,
        cells: [
          { text: 'Total' },
          ...Array.from({ length: 5 }, () => ({ text: '' })),
          { text: formatPounds(total) },
          { text: '' },
        ],
      },
    ],
  };
}

function remarkOf({ tier, after, refersTo, reason }: StatementLine): string | null {
  const words = [
    tier === null
      ? null
      : `step ${tier} of the price${after === null || after === 0 ? '' : `, after ${formatCount(after)}`}`,
    refersTo === null ? null : `to ${refersTo}`,
    reason,
  ].filter((it) => it !== null);
  return words.length === 0 ? null : words.join('; ');
}

/** The exchanges of a line; `storyPath` leads to the story of one, for those who may read it. */
export function lineExchanges(
  { exchanges }: LineExchanges,
  storyPath: ((internalId: string) => string) | null,
): FiguresTable {
  return {
    caption: `${formatCount(exchanges.length)} exchanges on this page`,
    head: [
      ...nameHeads('Exchange', 'Hour', 'Provider', 'Consumer'),
      ...figureHeads('Request data', 'Response data'),
    ],
    rows: exchanges.map((it) => ({
      cells: [
        { text: it.internalId, ...(storyPath !== null && { href: storyPath(it.internalId) }) },
        { text: formatHour(it.hour) },
        { text: `${it.providerOds} ${it.providerAsid}` },
        { text: `${it.consumerOds} ${it.consumerAsid}` },
        { text: it.requestBytes === null ? '–' : formatBytes(it.requestBytes) },
        { text: it.responseBytes === null ? '–' : formatBytes(it.responseBytes) },
      ],
    })),
  };
}
