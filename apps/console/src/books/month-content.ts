import {
  type Acceptance,
  type DifferenceKind,
  type MonthClosing,
  type MonthState,
  penceOf,
  poundsText,
  type Reconciliations,
} from '@ssp/contracts';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatCount, formatDay, formatHour, formatMonth } from '../number-forms.ts';
import { formatPounds } from './money-form.ts';

/** Months, each with how it stands and a way to it. */
export function monthList(months: readonly MonthState[]): FiguresTable {
  return {
    caption: 'Months, newest first',
    head: [...nameHeads('Month', 'State'), ...figureHeads('Statements', 'Billable requests', 'Counted late')],
    rows: months.map(({ month, closing, late }) => ({
      cells: [
        { text: formatMonth(month), href: `/months/${month}` },
        { text: closing === null ? 'Open' : 'Closed', remark: closing && formatDay(closing.closedAt) },
        { text: closing === null ? '–' : formatCount(closing.statements) },
        { text: closing === null ? '–' : formatCount(closing.billable) },
        { text: formatCount(late) },
      ],
    })),
  };
}

/** What a closed month was closed with. */
export function closingFacts({ closing, late, lateBillable }: MonthState) {
  if (closing === null) return null;
  const { closedAt, who, why, tariffVersion, statements, requests, billable, unreconciled, accepted } =
    closing;
  return [
    ['Closed', `${formatDay(closedAt)}, by ${who}: ${why}`],
    ['Requests', `${formatCount(requests)}, of which ${formatCount(billable)} billable`],
    ['Statements', formatCount(statements)],
    ['Tariffs', tariffVersion === null ? 'none' : `version ${tariffVersion}`],
    ...(unreconciled === null ? [] : [['Not held against the audit', unreconciled]]),
    ...accepted.map((it) => [`Accepted by ${it.who}`, acceptedWords(it)]),
    [
      'Counted since',
      late === 0
        ? 'nothing'
        : `${formatCount(late)} requests, of which ${formatCount(lateBillable)} billable: the next month to be closed states them`,
    ],
  ].map(([key = '', value = '']) => ({ key: { text: key }, value: { text: value } }));
}

/** What a person accepted, and why. */
export function acceptedWords({ from, to, difference, why }: Acceptance): string {
  const what = difference === null ? `until ${formatHour(to)}` : difference.about;
  return `${formatHour(from)}, ${what}: ${why}`;
}

const kindWords: Readonly<Record<DifferenceKind, string>> = {
  lost: 'Not counted',
  doubled: 'Counted too often',
  altered: 'Counted otherwise',
  missing: 'Not in the audit',
  surplus: 'Not told by the edge',
  late: 'Came later, and is counted',
  retired: 'Its audit was dropped',
};

/** Differences that a page shows. */
const differencesMax = 200;

/** How billing, the audit and the edges agree about a month, and what differs, those late ones beside that are in order. */
export function reconciliationContent(
  { state, hours, months, notRipe, differences, acceptances }: Reconciliations,
  storyPath: ((internalId: string) => string) | null,
) {
  const inState = (wanted: string) => hours.filter((hour) => hour.state === wanted).length;
  const sum = (of: 'told' | 'audited' | 'entered' | 'requests' | 'billable') =>
    formatCount(hours.reduce((total, hour) => total + hour[of], 0));
  const wrong = differences.filter(({ kind }) => kind !== 'late');
  const shown = wrong.slice(0, differencesMax);
  const facts = [
    [
      'Hours that balance',
      `${formatCount(inState('balanced'))} of ${formatCount(hours.length)} that have ended`,
    ],
    ['Hours that differ', formatCount(inState('unbalanced'))],
    ...(acceptances.length === 0
      ? []
      : [['Hours that differ, and were accepted', formatCount(inState('accepted'))]]),
    ...acceptances.map((it) => [`Accepted by ${it.who}`, acceptedWords(it)]),
    ['Hours not held against the audit yet', formatCount(inState('waiting'))],
    ...(notRipe === null ? [] : [['Hours that have not ended long enough ago', formatCount(notRipe.hours)]]),
    ['Exchanges that the edges told', sum('told')],
    ['Completed exchanges of the audit', sum('audited')],
    ['Exchanges in the ledger of billing', sum('entered')],
    ['Requests in the usage', `${sum('requests')}, of which ${sum('billable')} billable`],
    ...months.flatMap(({ named }) =>
      named.slice(0, differencesMax).map(({ about }) => ['Statements that differ', about]),
    ),
  ];
  return {
    verdict: verdictOn(state),
    facts: facts.map(([key = '', value = '']) => ({ key: { text: key }, value: { text: value } })),
    leftOut: wrong.length > shown.length ? formatCount(wrong.length - shown.length) : null,
    table: shown.length === 0 ? null : differenceTable(shown, storyPath),
  };
}

function verdictOn(state: Reconciliations['state']) {
  if (state === 'unbalanced') return { colour: 'red', text: 'Differs' };
  if (state === 'waiting' || state === 'nothing ripe') return { colour: 'yellow', text: 'Not known yet' };
  return { colour: 'green', text: 'Balances' };
}

function differenceTable(
  differences: Reconciliations['differences'],
  storyPath: ((internalId: string) => string) | null,
): FiguresTable {
  return {
    caption: 'What differs',
    head: nameHeads('Hour', 'How', 'What', 'Exchange'),
    rows: differences.map(({ hour, kind, about, internalId, traceId }) => ({
      cells: [
        { text: formatHour(hour) },
        { text: kindWords[kind] },
        { text: about },
        {
          text: traceId ?? internalId ?? '–',
          ...(storyPath !== null && internalId !== null && { href: storyPath(internalId) }),
        },
      ],
    })),
  };
}

/** What a month would be closed with. */
export function trialTable(statements: MonthClosing['statements']): FiguresTable {
  const sum = (of: 'requests' | 'billable') =>
    formatCount(statements.reduce((total, statement) => total + statement[of], 0));
  const total = statements.reduce((pence, statement) => pence + penceOf(statement.total), 0n);
  return {
    caption: 'Statements it would be closed with',
    head: [...nameHeads('Number', 'Supplier'), ...figureHeads('Lines', 'Requests', 'Billable', 'Total')],
    rows: [
      ...statements.map((it) => ({
        cells: [
          { text: it.number },
          { text: it.supplier },
          { text: formatCount(it.lines.length) },
          { text: formatCount(it.requests) },
          { text: formatCount(it.billable) },
          { text: formatPounds(it.total) },
        ],
      })),
      {
        total: true,
        cells: [
          { text: 'Total' },
          { text: '' },
          { text: '' },
          { text: sum('requests') },
          { text: sum('billable') },
          { text: formatPounds(poundsText(total)) },
        ],
      },
    ],
  };
}
