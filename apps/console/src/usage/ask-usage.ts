import { UsageMonths, usageMonthsPath, usagePath, UsageReport } from '@ssp/contracts';
import { type Api, type ApiAsk } from '../api.ts';
import { type Person } from '../person.ts';
import { daysOf, hoursOf } from './period.ts';
import { type UsageChoice } from './usage-choice.ts';

/** The months that have usage, newest first. */
export async function askMonths(billing: Api, person: Person): Promise<readonly string[]> {
  return (await billing.read(UsageMonths, { path: usageMonthsPath }, person)).months;
}

export function askUsage(billing: Api, question: ApiAsk['query'] & {}, person: Person): Promise<UsageReport> {
  return billing.read(UsageReport, { path: usagePath, query: question }, person);
}

/** What a table asks of the API, all pages of it. */
export function tableQuestion({ period, groupBy, step, filters, order, compare }: UsageChoice) {
  return {
    ...hoursOf(period),
    ...filters,
    groupBy: groupBy.join(','),
    granularity: step,
    order: order === 'name' ? null : `-${order}`,
    compare: compare ? 'previous' : null,
  };
}

/** What the course of a period's usage asks: steps of which there are neither too few nor too many to look at. */
export function courseQuestion({ period, filters }: Pick<UsageChoice, 'period' | 'filters'>) {
  const days = daysOf(period);
  const granularity = days <= 2 ? 'hour' : days <= 62 ? 'day' : 'month';
  return { ...hoursOf(period), ...filters, granularity };
}
