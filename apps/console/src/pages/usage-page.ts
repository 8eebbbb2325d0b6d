import { UsageMonths, usageMonthsPath, usagePath, UsageReport } from '@ssp/contracts';
import { ApiError } from '../api.ts';
import { formatMonth } from '../number-forms.ts';
import { type Page } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { readUsageChoice, type UsageChoice } from '../usage/usage-choice.ts';
import { usageContent } from '../usage/usage-content.ts';

const roles = ['billing', 'supplier', 'operator', 'auditor'] as const;

/** Usage of a month, grouped as chosen. Figures that cannot be had leave the page standing: it says so, with status 502. */
export function usagePage({ billing, config }: PageSources): Page {
  return {
    path: '/usage',
    roles,
    place: { group: 'Usage', text: 'Usage' },
    get: async ({ person, query }) => {
      const figures = async () => {
        const { months } = await billing.read(UsageMonths, { path: usageMonthsPath }, person);
        const read = readUsageChoice(query, months[0] ?? thisMonth());
        const ask = { path: usagePath, query: parameters(read.choice) };
        return { read, months, report: await billing.read(UsageReport, ask, person) };
      };
      const { read, months, report } = await figures().catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return { read: readUsageChoice(query, thisMonth()), months: [], report: null };
      });
      return {
        kind: 'view',
        template: 'usage/usage.njk',
        title: `Usage in ${formatMonth(read.choice.month)}`,
        faults: read.faults,
        ...(report === null && { status: 502 }),
        content: usageContent(read, months, report, config.rowsMax),
      };
    },
  };
}

/** The figures of the page as a CSV file. */
export function usageFilePage({ billing }: PageSources): Page {
  return {
    path: '/usage.csv',
    roles,
    place: { under: '/usage' },
    get: async ({ person, query }) => {
      const { choice, faults } = readUsageChoice(query, thisMonth());
      if (faults.length > 0) return { kind: 'redirect', to: `/usage?${query.toString()}` };
      return {
        kind: 'download',
        fileName: `usage-${choice.month}.csv`,
        contentType: 'text/csv',
        body: await billing.text('text/csv', { path: usagePath, query: parameters(choice) }, person),
      };
    },
  };
}

const parameters = ({ month, groupBy }: UsageChoice) => ({ month, groupBy: groupBy.join(',') });

const thisMonth = () => new Date().toISOString().slice(0, 7);
