import { ReconcileLine, Reconciliations, reconciliationsPath } from '@ssp/contracts';
import { answerLines, Problem } from '@ssp/service';
import { type Operations, readInput } from '@ssp/service/operator';
import { readAcceptances } from '../reconcile/acceptances.ts';
import { notRipe, ripeHours } from '../reconcile/hours.ts';
import { readHours } from '../reconcile/read-hours.ts';
import { readReconciledMonths, reconcileMonth, wholeMonths } from '../reconcile/reconcile-month.ts';
import { type Reconciling } from '../reconcile/reconcile-hour.ts';
import { reconcileHours } from '../reconcile/reconcile-hours.ts';
import { PeriodInput, periodOf } from './hours-input.ts';
import { type ApiContext, type Route } from './route.ts';

/** What may be asked about reconciling. */
export const reconcileOperations = {
  reconciliations: {
    method: 'get',
    path: reconciliationsPath,
    roles: ['billing', 'operator', 'auditor'],
    summary:
      'What the hours of a period that have ended came to when they were held against the audit, and the statements of its closed months',
    input: PeriodInput,
    answers: { 'application/json': Reconciliations },
  },
  reconcile: {
    method: 'post',
    path: reconciliationsPath,
    roles: ['billing', 'operator'],
    summary:
      'Holds the hours of a period against the audit now, and tells of each as it is done; a stream cut off is no whole answer',
    input: PeriodInput,
    answers: { 'application/jsonl': ReconcileLine },
  },
} as const satisfies Operations;

/** What reconciling needs beside the tables; null where the API is not told of the audit. */
export type ReconcileContext = ApiContext & {
  readonly reconciling: Reconciling | null;
  readonly ripeAfterMs: number;
};

/** Answers questions about how billing, the audit and the edges agree. */
export function reconcileRoutes({ pool, log, reconciling, ripeAfterMs }: ReconcileContext): readonly Route[] {
  return [
    {
      operation: reconcileOperations.reconciliations,
      answer: async (req, res) => {
        const period = periodOf(readInput(PeriodInput, req.query));
        const ripe = ripeHours(period, Date.now(), ripeAfterMs);
        const results = await readHours(pool, ripe);
        const months = await readReconciledMonths(pool, wholeMonths(period));
        const state = worstOf([...results.map(({ hour }) => hour), ...months]);
        const answer: Reconciliations = {
          from: period.from.toISOString(),
          to: period.to.toISOString(),
          isBalanced: state === 'balanced',
          state,
          notRipe: notRipe(period, ripe),
          hours: results.map(({ hour }) => hour),
          differences: results.flatMap(({ differences }) => differences),
          acceptances: await readAcceptances(pool, period),
          months: [...months],
        };
        return res.json(answer);
      },
    },
    {
      operation: reconcileOperations.reconcile,
      answer: async (req, res, caller) => {
        const period = periodOf(readInput(PeriodInput, req.body));
        if (reconciling === null)
          throw new Problem(503, 'This needs the audit, and AUDIT_API_URL of the billing API is not set.');
        const hours = ripeHours(period, Date.now(), ripeAfterMs);
        log.info({ role: caller.role, ...period }, 'a period is reconciled');
        return answerLines<ReconcileLine>(res, async (tell, signal) => {
          const ended = { unbalanced: 0, waiting: 0, unbalancedMonths: 0 };
          for await (const result of reconcileHours(reconciling, hours, signal)) {
            const { state } = result.hour;
            if (state === 'unbalanced' || state === 'waiting') ended[state] += 1;
            await tell([{ hour: result.hour, differences: [...result.differences] }]);
          }
          for (const name of wholeMonths(period)) {
            const month = await reconcileMonth(pool, name);
            if (month === null) continue;
            if (month.state !== 'balanced') ended.unbalancedMonths += 1;
            await tell([{ month }]);
          }
          await tell([{ end: true, hours: hours.length, ...ended, notRipe: notRipe(period, hours) }]);
        });
      },
    },
  ];
}

function worstOf(
  found: readonly { readonly state: Reconciliations['hours'][number]['state'] }[],
): Reconciliations['state'] {
  if (found.length === 0) return 'nothing ripe';
  const worstFirst = ['unbalanced', 'waiting', 'accepted'] as const;
  return worstFirst.find((worst) => found.some(({ state }) => state === worst)) ?? 'balanced';
}
