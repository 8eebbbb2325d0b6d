import { usagePath } from '@ssp/contracts';
import { ApiError } from '../api.ts';
import { type Page } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { type Person } from '../person.ts';
import { askMonths, askUsage, courseQuestion, tableQuestion } from '../usage/ask-usage.ts';
import { describePeriod } from '../usage/period.ts';
import { type ReadChoice, readUsageChoice } from '../usage/usage-choice.ts';
import { type UsageAnswer, usageContent } from '../usage/usage-content.ts';

const roles = ['billing', 'supplier', 'operator', 'auditor'] as const;

/** Usage as chosen. Figures that cannot be had leave the page standing: it says so, with status 502. */
export function usagePage({ billing, config }: PageSources): Page {
  const answerFor = async (query: URLSearchParams, person: Person): Promise<[ReadChoice, UsageAnswer]> => {
    try {
      const months = await askMonths(billing, person);
      const read = readUsageChoice(query, months[0] ?? thisMonth());
      const { choice } = read;
      const [report, course] = await Promise.all([
        askUsage(billing, { ...tableQuestion(choice), limit: config.rowsMax, cursor: choice.cursor }, person),
        askUsage(billing, courseQuestion(choice), person),
      ]);
      return [read, { months, report, course }];
    } catch (error) {
      const isRefusal = error instanceof ApiError && error.status !== null && error.status < 500;
      if (isRefusal || !(error instanceof ApiError)) throw error;
      return [readUsageChoice(query, thisMonth()), null];
    }
  };
  return {
    path: '/usage',
    roles,
    place: { group: 'Usage', text: 'Usage' },
    get: async ({ person, query }) => {
      const [read, answer] = await answerFor(query, person);
      return {
        kind: 'view',
        template: 'usage/usage.njk',
        title: `Usage ${describePeriod(read.choice.period)}`,
        faults: read.faults,
        ...(answer === null && { status: 502 }),
        content: usageContent(read, answer),
      };
    },
  };
}

/** The figures of the page as a CSV file, all pages of its table. */
export function usageFilePage({ billing }: PageSources): Page {
  return {
    path: '/usage.csv',
    roles,
    place: { under: '/usage' },
    get: async (visit) => {
      const { query } = visit;
      const { choice, faults } = readUsageChoice(query, thisMonth());
      if (faults.length > 0) return { kind: 'redirect', to: `/usage?${query.toString()}` };
      const { period } = choice;
      const ask = { path: usagePath, query: tableQuestion(choice) };
      const { text } = await billing.file('text/csv', ask, visit);
      const name = period.kind === 'month' ? period.month : `${period.from}-${period.to}`;
      return {
        kind: 'download',
        fileName: `usage-${name}.csv`,
        contentType: 'text/csv',
        body: text,
      };
    },
  };
}

const thisMonth = () => new Date().toISOString().slice(0, 7);
