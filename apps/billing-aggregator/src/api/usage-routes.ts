import { UsageMonths, usageMonthsPath, usagePath, UsageReport } from '@ssp/contracts';
import { type Operations } from '@ssp/service/operator';
import { z } from 'zod';
import { actorOf } from './books-context.ts';
import { noteExport } from './note-export.ts';
import { ownSupplier } from './own-supplier.ts';
import { readMonths } from './read-months.ts';
import { readAllUsage, readUsage } from './read-usage.ts';
import { type ApiContext, type Route } from './route.ts';
import { sendFile, sendTagged } from './send-tagged.ts';
import { usageCsv } from './usage-csv.ts';
import { parseUsageQuery, UsageQueryInput } from './usage-query.ts';

const readers = ['billing', 'operator', 'auditor', 'supplier'];

/** What may be asked about usage. */
export const usageOperations = {
  usage: {
    method: 'get',
    path: usagePath,
    roles: readers,
    summary:
      'Usage of a period, grouped and filtered, a page at a time; whole as CSV by the Accept header or `format`, which the audit is told of. A supplier sees its own',
    input: UsageQueryInput,
    answers: { 'application/json': UsageReport, 'text/csv': null },
  },
  months: {
    method: 'get',
    path: usageMonthsPath,
    roles: readers,
    summary: 'The months that have usage, newest first',
    input: z.strictObject({}),
    answers: { 'application/json': UsageMonths },
  },
} as const satisfies Operations;

/** Answers questions about usage. */
export function usageRoutes({ pool }: ApiContext): readonly Route[] {
  return [
    {
      operation: usageOperations.usage,
      answer: async (req, res, caller) => {
        const { filters, ...asked } = parseUsageQuery(req.query);
        const query = { ...asked, filters: { ...filters, supplier: ownSupplier(caller, filters.supplier) } };
        const format = query.format ?? (req.accepts('json', 'text/csv') === 'text/csv' ? 'csv' : 'json');
        if (format === 'json') {
          const text = JSON.stringify(await readUsage(pool, query));
          return sendTagged(req, res, { type: 'application/json', text });
        }
        const report = await readAllUsage(pool, query);
        const { from, to } = report.period;
        const { groupBy, granularity } = query;
        const file = {
          file: 'usage',
          format,
          from,
          to,
          granularity,
          groupBy: groupBy.length === 0 ? null : groupBy.join(','),
          ...query.filters,
        } as const;
        const fileName = `usage-${from.slice(0, 13)}-${to.slice(0, 13)}.csv`;
        const sent = { fileName, type: 'text/csv', text: usageCsv(report) };
        return sendFile(req, res, sent, () => noteExport(pool, actorOf(req, caller), file));
      },
    },
    {
      operation: usageOperations.months,
      answer: async (_req, res) => res.json({ months: await readMonths(pool) }),
    },
  ];
}
