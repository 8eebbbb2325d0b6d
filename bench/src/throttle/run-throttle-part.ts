import { cpus, loadavg } from 'node:os';
import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { writePagePart } from '../report/page-part.ts';
import { measureThrottle, type ThrottlePlan } from './measure-throttle.ts';
import { throttleText } from './throttle-text.ts';

const plan: ThrottlePlan = { turns: 3, asks: 20_000, keys: 1_000_000 };
const quickPlan: ThrottlePlan = { turns: 1, asks: 4_000, keys: 20_000 };

/** Measures an ask, writes its part of the page unless quick, and returns the part. */
export async function runThrottlePart(
  quick: boolean,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const machine = `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} before the run`;
  const findings = await measureThrottle(quick ? quickPlan : plan, leash, report, signal);
  const part = throttleText(findings, machine, new Date());
  if (!quick) {
    await writePagePart(benchPaths.throttlePage, 'ask', part);
    report('docs/performance-throttle.md has its figures anew');
  }
  return part;
}
