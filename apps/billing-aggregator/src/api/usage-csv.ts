import { UsagePercentiles, type UsageReport, type UsageRow } from '@ssp/contracts';
import { csvLine } from '@ssp/service';
import { nameColumns } from '../rollups/cubes.ts';
import { orderedFigures } from './usage-query.ts';

const percentileFields = UsagePercentiles.keyof().options;

const formerFields = ['requests', 'billable', 'errors'] as const;

/** Writes a report's rows as CSV (RFC 4180) under their JSON names; the totals are left to the reader. */
export function usageCsv({ groupBy, granularity, rows, totals, previous }: UsageReport): string {
  const fields: readonly NamedCell[] = [
    ...(granularity === 'total' ? [] : (['start'] as const)),
    ...groupBy.flatMap((dimension) => nameColumns[dimension].map(({ field }) => field)),
    ...orderedFigures,
    ...(totals.providerMsP50 === undefined ? [] : percentileFields),
  ];
  const former = previous === undefined ? [] : formerFields;
  return [
    csvLine([...fields, ...former.map(formerName)]),
    ...rows.map((row) =>
      csvLine([...fields.map((field) => row[field]), ...former.map((field) => row.previous?.[field])]),
    ),
  ].join('');
}

/** Fields of a row that are one cell. */
type NamedCell = Exclude<keyof UsageRow, 'previous' | 'change'>;

function formerName(field: string): string {
  return `previous${field.slice(0, 1).toUpperCase()}${field.slice(1)}`;
}
