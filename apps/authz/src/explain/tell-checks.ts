import { type ExplainedCheck } from '@ssp/contracts';
import { checks, type Facts } from '../decide.ts';
import { type ShownRow } from './explained-row.ts';
import { tellAgreement } from './tell-agreement.ts';
import { tellCertificate } from './tell-certificate.ts';
import { tellEndpoint, tellReceiver } from './tell-receiver.ts';
import { tellNetwork, tellSender } from './tell-sender.ts';
import { type Grounds, type ToldCheck } from './told-check.ts';

const tellers: Readonly<Record<(typeof checks)[number]['id'], (grounds: Grounds) => ToldCheck>> = {
  B: tellCertificate,
  C: tellSender,
  'C-internet': tellNetwork,
  D: tellReceiver,
  E: tellEndpoint,
  F: tellAgreement,
};

/** A check that authz judges, told, before it is known how its rows came. */
export type ToldResult = Omit<ExplainedCheck, 'rows' | 'result'> & {
  readonly result: 'passed' | 'failed';
  readonly rows: readonly ShownRow[];
};

/** Runs the very checks of the decision, all of them, and tells of each. */
export function tellChecks(grounds: Grounds): readonly ToldResult[] {
  let reached = true;
  return checks.map(({ id, title, run }) => {
    const result = passes(run, grounds.facts) ? 'passed' : 'failed';
    const { why, rows, remedy } = tellers[id](grounds);
    const told: ToldResult = {
      id,
      title,
      by: 'authz',
      result,
      reached,
      why,
      rows,
      remedy: result === 'failed' ? remedy : null,
    };
    reached &&= result === 'passed';
    return told;
  });
}

const passes = (run: (typeof checks)[number]['run'], facts: Facts) => run(facts) === null;
