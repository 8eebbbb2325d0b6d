import { type Leash } from '@ssp/testing';
import { type BenchArguments, type BillingPart } from '../arguments.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { aggregatorText } from './aggregator-text.ts';
import { measureAggregator } from './measure-aggregator.ts';
import { measureQuery } from './measure-query.ts';
import { measureReconcile } from './measure-reconcile.ts';
import { queryText } from './query-text.ts';
import { reconcileText } from './reconcile-text.ts';

/** Measures one part of billing, writes it to the page unless quick, and returns it. */
export function runBillingPart(
  part: BillingPart,
  { quick, audit, scale }: Pick<BenchArguments, 'quick' | 'audit' | 'scale'>,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.billingPage, part, quick }, report, async (machine) => {
    if (part === 'billing-query')
      return queryText(await measureQuery(scale, leash, report, signal), machine, new Date());
    if (part === 'billing-reconcile')
      return reconcileText(await measureReconcile(scale, leash, report, signal), machine, new Date());
    return aggregatorText(await measureAggregator(audit, leash, report, signal), machine, new Date());
  });
}
