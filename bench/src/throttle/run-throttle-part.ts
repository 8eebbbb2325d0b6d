import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { measureThrottle, type ThrottlePlan } from './measure-throttle.ts';
import { throttleText } from './throttle-text.ts';

const plan: ThrottlePlan = { turns: 3, asks: 20_000, buckets: 1_000_000 };
const quickPlan: ThrottlePlan = { turns: 1, asks: 4_000, buckets: 20_000 };

/** Measures an ask, writes its part of the page unless quick, and returns the part. */
export function runThrottlePart(
  quick: boolean,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.throttlePage, part: 'ask', quick }, report, async (machine) => {
    const findings = await measureThrottle(quick ? quickPlan : plan, leash, report, signal);
    return throttleText(findings, machine, new Date());
  });
}
