import { type Page } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { askMonthState } from './month-pages.ts';
import { askMonths, askUsage } from '../usage/ask-usage.ts';
import { overviewContent } from '../usage/overview-content.ts';
import { readOverviewMonth } from '../usage/overview-month.ts';

/** A month at a glance, against the time before: how much, how well, for whom. */
export function overviewPage({ billing }: PageSources): Page {
  return {
    path: '/overview',
    roles: ['billing', 'supplier', 'operator', 'auditor'],
    place: { group: 'Usage', text: 'Overview' },
    get: async ({ person, query }) => {
      const months = await askMonths(billing, person);
      const { month, hours, yearHours, words, faults } = readOverviewMonth(
        query,
        months[0] ?? null,
        new Date(),
      );
      const compared = { ...hours, compare: 'previous' };
      const ask = (question: Readonly<Record<string, string | number>>) =>
        askUsage(billing, question, person);
      // Suppliers are told of their statements alone.
      const askState = person.role === 'supplier' ? null : askMonthState(billing, month, person);
      const [state, course, suppliers, providers, outcomes, year] = await Promise.all([
        askState,
        ask({ ...hours, granularity: 'day' }),
        ask({ ...compared, groupBy: 'supplier', order: '-requests', limit: 10 }),
        ask({ ...compared, groupBy: 'provider', order: '-errors', limit: 5 }),
        ask({ ...compared, groupBy: 'outcome', order: '-requests' }),
        ask({ ...yearHours, granularity: 'month' }),
      ]);
      return {
        kind: 'view',
        template: 'usage/overview.njk',
        title: `Overview: ${words.replace(/^in /, '')}`,
        faults,
        content: {
          ...overviewContent(month, words, { months, course, suppliers, providers, outcomes, year }),
          state: state === null ? null : { month, isClosed: state.state === 'closed' },
        },
      };
    },
  };
}
