import { type UsageDimension, type UsageFigures, type UsageReport, type UsageRow } from '@ssp/contracts';
import { formatBytes, formatCount, formatMilliseconds } from '../number-forms.ts';

/** A table in words: names first, figures after. */
export type UsageTable = {
  readonly nameHeads: readonly string[];
  readonly figureHeads: readonly string[];
  readonly rows: readonly { readonly names: readonly string[]; readonly figures: readonly string[] }[];
  readonly totals: readonly string[];
  /** Rows that the report has beyond those shown. */
  readonly rowsLeftOut: number;
};

const interactionPrefix = 'urn:nhs:names:services:';

const names = {
  supplier: ['Supplier', ({ supplier }) => supplier],
  provider: ['Provider', ({ providerOds, providerAsid }) => `${providerOds} ${providerAsid}`],
  consumer: ['Consumer', ({ consumerOds, consumerAsid }) => `${consumerOds} ${consumerAsid}`],
  interaction: ['Interaction', ({ interaction }) => interaction?.replace(interactionPrefix, '')],
  outcome: ['Outcome', ({ outcome }) => outcome],
} as const satisfies Record<UsageDimension, readonly [string, (row: UsageRow) => string | undefined]>;

const figures = [
  ['Requests', ({ requests }) => formatCount(requests)],
  ['Billable', ({ billable }) => formatCount(billable)],
  ['Request data', ({ requestBytes }) => formatBytes(requestBytes)],
  ['Response data', ({ responseBytes }) => formatBytes(responseBytes)],
  ['Mean time', ({ providerMsMean }) => formatMilliseconds(providerMsMean)],
  ['Longest time', ({ providerMsMax }) => formatMilliseconds(providerMsMax)],
] as const satisfies readonly (readonly [string, (figures: UsageFigures) => string])[];

/** Lays a report out, most requests first, at most `rowsMax` rows. */
export function usageTable(report: UsageReport, rowsMax: number): UsageTable {
  const columns = report.groupBy.map((dimension) => names[dimension]);
  const rows = report.rows.toSorted((left, right) => right.requests - left.requests).slice(0, rowsMax);
  return {
    nameHeads: columns.map(([head]) => head),
    figureHeads: figures.map(([head]) => head),
    rows: rows.map((row) => ({
      names: columns.map(([, read]) => read(row) ?? ''),
      figures: figures.map(([, format]) => format(row)),
    })),
    totals: figures.map(([, format]) => format(report.totals)),
    rowsLeftOut: report.rows.length - rows.length,
  };
}
