import { type Page } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { askMonths, askUsage, courseQuestion } from '../usage/ask-usage.ts';
import { performanceContent } from '../usage/performance-content.ts';
import { readPerformanceChoice } from '../usage/performance-choice.ts';
import { describePeriod, hoursOf } from '../usage/period.ts';

/** Rows of a page of the table. */
const limit = 25;

/** How fast and how well providers answer, and what the proxy itself adds, against the period before. */
export function performancePage({ billing }: PageSources): Page {
  return {
    path: '/usage/performance',
    roles: ['billing', 'supplier', 'operator', 'auditor'],
    place: { group: 'Usage', text: 'Performance' },
    get: async ({ person, query }) => {
      const months = await askMonths(billing, person);
      const newest = months[0] ?? new Date().toISOString().slice(0, 7);
      const { choice, faults } = readPerformanceChoice(query, newest);
      const { period, by, order, supplier, provider, cursor } = choice;
      const filters = { supplier, provider, consumer: null, interaction: null, outcome: null };
      const percentiles = { percentiles: 'true' };
      const [report, course] = await Promise.all([
        askUsage(
          billing,
          {
            ...hoursOf(period),
            ...filters,
            ...percentiles,
            groupBy: by,
            order: `-${order}`,
            limit,
            cursor,
            compare: 'previous',
          },
          person,
        ),
        askUsage(billing, { ...courseQuestion({ period, filters }), ...percentiles }, person),
      ]);
      return {
        kind: 'view',
        template: 'usage/performance.njk',
        title: `Performance ${describePeriod(period)}`,
        faults,
        content: performanceContent(choice, { months, report, course }),
      };
    },
  };
}
