import { type Leash } from '@ssp/testing';
import { type BenchArguments, type BillingPart } from '../arguments.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { aggregatorText } from './aggregator-text.ts';
import { measureAggregator } from './measure-aggregator.ts';

/** Measures one part of billing, writes it to the page unless quick, and returns it. */
export function runBillingPart(
  part: BillingPart,
  { quick, audit }: Pick<BenchArguments, 'quick' | 'audit'>,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.billingPage, part, quick }, report, async (machine) =>
    aggregatorText(await measureAggregator(audit, leash, report, signal), machine, new Date()),
  );
}
