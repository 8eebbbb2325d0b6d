/** What a cell of CSV may hold. */
export type CsvValue = string | number | null | undefined;

/**
 * A line of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it: a caller may put one into its
 * request. A decimal below zero is none.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map((value) => csvField(value)).join(',')}\r\n`;
}

function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const isFormula = /^[=+\-@\t\r]/.test(value) && !/^-\d+\.\d+$/.test(value);
  const text = isFormula ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
