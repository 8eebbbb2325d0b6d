import { type Statement, type StatementLine } from '@ssp/contracts';
import { csvLine } from '@ssp/service';

const fields = [
  'line',
  'kind',
  'month',
  'interaction',
  'outcome',
  'priceId',
  'tier',
  'quantity',
  'price',
  'amount',
  'adjustment',
  'refersTo',
  'reason',
] as const satisfies readonly (keyof StatementLine)[];

/** A statement as CSV: a row for each line under its JSON name, and one of the kind `total` at the end. */
export function statementCsv({ number, supplier, month, lines, total }: Statement): string {
  const head = [number, supplier];
  const totals = fields.map((field) => {
    if (field === 'kind') return 'total';
    if (field === 'month') return month;
    return field === 'amount' ? total : null;
  });
  return [
    csvLine(['number', 'supplier', ...fields]),
    ...lines.map((line) => csvLine([...head, ...fields.map((field) => line[field])])),
    csvLine([...head, ...totals]),
  ].join('');
}
