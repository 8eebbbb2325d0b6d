import { StatementList, statementsPath, UsageMonth } from '@ssp/contracts';
import { type Api } from '../api.ts';
import { formatPounds } from '../books/money-form.ts';
import { formatMonth } from '../number-forms.ts';
import { type Page } from '../page.ts';
import { askMonths } from '../usage/ask-usage.ts';

/** What can be taken out of the books of a month as files. */
export function downloadsPage(billing: Api): Page {
  return {
    path: '/downloads',
    roles: ['billing', 'supplier', 'operator', 'auditor'],
    place: { group: 'Billing', text: 'Downloads' },
    get: async ({ person, query }) => {
      const months = await askMonths(billing, person);
      const usual = months[0] ?? new Date().toISOString().slice(0, 7);
      const read = UsageMonth.safeParse(query.get('month') ?? usual);
      const month = read.data ?? usual;
      const ask = { path: statementsPath, query: { month } };
      const { statements } = await billing.read(StatementList, ask, person);
      return {
        kind: 'view',
        template: 'books/downloads.njk',
        title: `Downloads: ${formatMonth(month)}`,
        faults: read.success ? [] : [{ field: 'month', text: 'Choose a month, written like 2026-01' }],
        content: {
          months: [...new Set([month, ...months])]
            .toSorted()
            .toReversed()
            .map((value) => ({ value, text: formatMonth(value), selected: value === month })),
          usage: usageFiles.map(({ text, groupBy, step }) => ({
            text,
            href: `/usage.csv?${new URLSearchParams({ month, groupBy, step }).toString()}`,
          })),
          statements: statements.map(({ number, supplier, total }) => ({
            number,
            words: `${supplier}, ${formatPounds(total)}`,
          })),
        },
      };
    },
  };
}

const usageFiles = [
  { text: 'Usage by supplier and outcome', groupBy: 'supplier,outcome', step: 'total' },
  {
    text: 'Usage by supplier, provider, interaction and outcome',
    groupBy: 'supplier,provider,interaction,outcome',
    step: 'total',
  },
  { text: 'Usage by supplier and day', groupBy: 'supplier', step: 'day' },
] as const;
