import { type WhatIfReport } from '@ssp/contracts';
import { tablesSize } from '../authz/fill-tables.ts';
import { table } from '../report/table.ts';

export type WhatIfFindings = {
  readonly exchanges: number;
  readonly seconds: number;
  /** Between two lines that tell of progress, the beginning and the end among them. */
  readonly longestSilenceSeconds: number;
  readonly progressLines: number;
  /** Resident, before the question and at its most. */
  readonly idleRssMb: { readonly api: number; readonly audit: number };
  readonly peakRssMb: { readonly api: number; readonly audit: number };
  readonly totals: WhatIfReport['totals'];
};

/** The findings for people, as a part of a page. */
export function whatIfText(found: WhatIfFindings, machine: string, now: Date): string {
  const { practices, consumers } = tablesSize;
  const { exchanges, seconds, idleRssMb, peakRssMb, totals } = found;
  const rows = [
    ['the whole question', `${seconds.toFixed(1)} s`],
    ['exchanges judged in a second', String(Math.round(exchanges / seconds))],
    ['lines that tell of progress', String(found.progressLines)],
    ['longest silence between two of them', `${found.longestSilenceSeconds.toFixed(1)} s`],
    ['peak memory of the operator API (resident)', `${peakRssMb.api.toFixed(0)} MB`],
    ['the same before the question', `${idleRssMb.api.toFixed(0)} MB`],
    ['peak memory of the audit (resident)', `${peakRssMb.audit.toFixed(0)} MB`],
    ['the same before the question', `${idleRssMb.audit.toFixed(0)} MB`],
  ];
  return `## What would a rule change do?

One rule more, tried on ${exchanges} audited exchanges of a generated audit at 500,000 an hour, no two of an hour alike (the worst
case: alike ones are counted together in the database); ${practices} practices and ${consumers} consumer systems; all on one machine
(${machine}, ${now.toISOString().slice(0, 10)}). ${totals.newlyRefused} of them would newly be refused.

${table(['what', 'measured'], rows)}

The memory that the operator API takes is that of the directory, twice the rules, and up to 10,000 kinds of changes; it does not
grow with the period. \`npm run bench -- --only what-if\` writes this part anew.
`;
}
