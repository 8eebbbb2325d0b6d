import { cpus, loadavg } from 'node:os';
import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { writePagePart } from '../report/page-part.ts';
import { authzText } from './authz-text.ts';
import { type AuthzPlan, measureAuthz } from './measure-authz.ts';

const plan: AuthzPlan = { turns: 4, asks: 10_000 };
const quickPlan: AuthzPlan = { turns: 1, asks: 2_000 };

/** Measures the snapshot and the decisions, writes their part of the page unless quick, and returns the part. */
export async function runAuthzPart(
  quick: boolean,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const machine = `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} before the run`;
  const findings = await measureAuthz(quick ? quickPlan : plan, leash, report, signal);
  const part = authzText(findings, machine, new Date());
  if (!quick) {
    await writePagePart(benchPaths.authzPage, 'decisions', part);
    report('docs/performance-authz.md has its figures of the decisions anew');
  }
  return part;
}
