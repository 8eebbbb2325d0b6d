import { type Leash } from '@ssp/testing';
import { type AuditPart, type BenchArguments } from '../arguments.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { measureSearch } from './measure-search.ts';
import { measureWriter } from './measure-writer.ts';
import { searchText } from './search-text.ts';
import { writerText } from './writer-text.ts';

/** Measures one part of the audit, writes it to the page unless quick, and returns it. */
export function runAuditPart(
  part: AuditPart,
  { quick, audit }: Pick<BenchArguments, 'quick' | 'audit'>,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.auditPage, part, quick }, report, async (machine) => {
    if (part === 'audit-writer')
      return writerText(await measureWriter(audit, leash, report, signal), machine, new Date());
    return searchText(await measureSearch(audit, leash, report, signal), machine, new Date());
  });
}
