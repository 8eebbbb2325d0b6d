import { type UsageReport, type UsageRow } from '@ssp/contracts';

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
  const lines = [
    fields.join(','),
    ...rows.map((row) => fields.map((field) => csvCell(row[field])).join(',')),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** One cell; text that a spreadsheet would take for a formula is given a leading apostrophe. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
