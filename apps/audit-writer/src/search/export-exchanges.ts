import { AuditedExchange, type ExportFormat, exportFormats } from '@ssp/contracts';
import { csvLine } from '@ssp/service';
import { readInput, Why } from '@ssp/service/operator';
import { type Pool } from 'pg';
import { z } from 'zod';
import { findAll } from './find-exchanges.ts';
import { type Search, SearchFilters, searchOf } from './search-query.ts';

/** What is to be taken out, as what, and why. */
export const ExportAsk = SearchFilters.extend({
  format: z.enum(exportFormats).describe('`csv` with a line of headings, or `ndjson`, a JSON object a line'),
  why: Why.describe('The ground of the export, kept with it for good'),
});

const pageExchanges = 1_000;

export type Export = {
  readonly search: Search;
  readonly format: ExportFormat;
  readonly why: string;
  /** What was asked for, with the window that followed from it. */
  readonly asked: Readonly<Record<string, string>>;
};

/** Reads the body of an export. @throws Problem 400 */
export function parseExport(body: unknown, nowMs: number): Export {
  const { format, why, ...filters } = readInput(ExportAsk, body);
  const search = searchOf(filters, { limit: pageExchanges, nowMs });
  const window = { from: search.from?.toISOString(), to: search.to?.toISOString() };
  const named = Object.entries({ ...search.filters, ...window, format });
  const asked = Object.fromEntries(
    named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  return { search, format, why, asked };
}

/** An export's text, piece by piece: no more is read than is taken. `tell` is told how many exchanges each piece has. */
export async function* exportedText(
  pool: Pool,
  { search, format }: Export,
  tell: (exchanges: number) => void,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns);
  for await (const exchanges of findAll(pool, search)) {
    tell(exchanges.length);
    yield exchanges.map(lineOf[format]).join('');
  }
}

const columns = AuditedExchange.keyof().options;

const lineOf: Readonly<Record<ExportFormat, (exchange: AuditedExchange) => string>> = {
  csv: (exchange) => csvLine(columns.map((column) => exchange[column])),
  ndjson: (exchange) => `${JSON.stringify(exchange)}\n`,
};
