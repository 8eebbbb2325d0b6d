import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { authzText } from './authz-text.ts';
import { type AuthzPlan, measureAuthz } from './measure-authz.ts';

const plan: AuthzPlan = { turns: 4, asks: 10_000 };
const quickPlan: AuthzPlan = { turns: 1, asks: 2_000 };

/** Measures the snapshot and the decisions, writes their part of the page unless quick, and returns the part. */
export function runAuthzPart(
  quick: boolean,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.authzPage, part: 'decisions', quick }, report, async (machine) => {
    const findings = await measureAuthz(quick ? quickPlan : plan, leash, report, signal);
    return authzText(findings, machine, new Date());
  });
}
