import { type UsageReport, type UsageRow } from '@ssp/contracts';
import { csvLine } from '@ssp/service';

const fieldsOf = {
  supplier: ['supplier'],
  provider: ['providerOds', 'providerAsid'],
  consumer: ['consumerOds', 'consumerAsid'],
  interaction: ['interaction'],
  outcome: ['outcome'],
} as const;

const figureFields = [
  'requests',
  'billable',
  'requestBytes',
  'responseBytes',
  'providerMsMean',
  'providerMsMax',
] as const satisfies readonly (keyof UsageRow)[];

/** Writes a report's rows as CSV (RFC 4180) under their JSON names; the totals are left to the reader. */
export function usageCsv({ groupBy, rows }: UsageReport): string {
  const fields = [...groupBy.flatMap((dimension) => [...fieldsOf[dimension]]), ...figureFields];
  return [csvLine(fields), ...rows.map((row) => csvLine(fields.map((field) => row[field])))].join('');
}
