import { LineExchanges, Statement, StatementList, statementsPath } from '@ssp/contracts';
import { formatPounds } from '../books/money-form.ts';
import { statementNumberOf } from '../books/statement-number.ts';
import { lineExchanges, statementLines, statementList } from '../books/statement-tables.ts';
import { formatCount, formatDay, formatMonth } from '../number-forms.ts';
import { type Page, type Visit } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { storyPathFor } from '../story-path.ts';

const roles = ['billing', 'supplier', 'operator', 'auditor'] as const;

/** What the API gives a statement as; the page to be printed is kept as a file, and has its style within. */
const statementFiles = [
  { ending: 'csv', contentType: 'text/csv' },
  { ending: 'json', contentType: 'application/json' },
  { ending: 'html', contentType: 'text/html' },
] as const;

/** Rows of a page of exchanges. */
const limit = 50;

/** The statements that closed months were paid by: a list, each with its lines, and the exchanges of each line. */
export function statementPages(sources: PageSources): readonly Page[] {
  const { billing } = sources;
  return [
    {
      path: '/statements',
      roles,
      place: { group: 'Billing', text: 'Statements' },
      get: async ({ person }) => {
        const { statements } = await billing.read(StatementList, { path: statementsPath }, person);
        return {
          kind: 'view',
          template: 'books/statements.njk',
          title: 'Statements',
          content: { table: statements.length === 0 ? null : statementList(statements) },
        };
      },
    },
    {
      path: '/statements/:number',
      roles,
      place: { under: '/statements' },
      get: async (visit) => {
        const statement = await billing.read(Statement, { path: pathOf(visit) }, visit.person);
        const { number, month, supplier, closedAt, closedBy, why, requests, billable, lines, total } =
          statement;
        const facts = [
          ['Supplier', supplier],
          ['Closed', `${formatDay(closedAt)}, by ${closedBy}: ${why}`],
          ['Requests', `${formatCount(requests)}, of which ${formatCount(billable)} billable`],
          ['Tariffs', `version ${statement.tariffVersion}`],
          ['Hash', statement.hash],
        ] as const;
        return {
          kind: 'view',
          template: 'books/statement.njk',
          title: `Statement ${number}`,
          content: {
            number,
            month,
            total: `${formatPounds(total)} for ${formatMonth(month)}`,
            facts: facts.map(([key, value]) => ({ key: { text: key }, value: { text: value } })),
            table: statementLines(number, lines, total),
            mayCorrect: visit.person.role === 'billing',
          },
        };
      },
    },
    ...statementFiles.map(({ ending, contentType }): Page => ({
      path: `/statements/:number/${ending}`,
      roles,
      place: { under: '/statements' },
      get: async (visit) => {
        // Named, so that the audit is told of a file rather than nothing of a page.
        const ask = { path: pathOf(visit), query: { format: ending } };
        const { text } = await billing.file(contentType, ask, visit);
        return {
          kind: 'download',
          fileName: `${statementNumberOf(visit)}.${ending}`,
          contentType,
          body: text,
        };
      },
    })),
    {
      path: '/statements/:number/lines/:line',
      roles,
      place: { under: '/statements' },
      get: async (visit) => {
        const number = statementNumberOf(visit);
        const line = /^\d{1,6}$/.exec(visit.parts['line'] ?? '')?.[0] ?? '0';
        const cursor = visit.query.get('cursor');
        const ask = { path: `${pathOf(visit)}/lines/${line}/exchanges`, query: { limit, cursor } };
        const answer = await billing.read(LineExchanges, ask, visit.person);
        const path = `/statements/${number}/lines/${line}`;
        const storyPath = storyPathFor(sources, visit.person);
        return {
          kind: 'view',
          template: 'books/line.njk',
          title: `Exchanges of line ${line}`,
          breadcrumbs: [{ text: number, href: `/statements/${number}` }],
          content: {
            number,
            quantity: formatCount(answer.quantity),
            correctionPath:
              visit.person.role === 'billing' ? `/statements/${number}/correction?line=${line}` : null,
            tellsStories: storyPath !== null,
            table: answer.exchanges.length === 0 ? null : lineExchanges(answer, storyPath),
            firstPath: cursor === null ? null : path,
            nextPath:
              answer.next === null
                ? null
                : `${path}?${new URLSearchParams({ cursor: answer.next }).toString()}`,
          },
        };
      },
    },
  ];
}

const pathOf = (visit: Visit) => `${statementsPath}/${statementNumberOf(visit)}`;
