import {
  auditedAsksPath,
  AuditedAsksLine,
  type LimitsWhatIfLine,
  type LimitsWhatIfReport,
} from '@ssp/contracts';
import { type TellLines } from '@ssp/service';
import { type AuditApi } from '@ssp/service/operator';
import { type Pool } from 'pg';
import { diffLimits, noLimits } from '../limits/diff-limits.ts';
import { type LimitsDocument } from '../limits/limits-document.ts';
import { resolveLimits } from '../limits/resolve-limits.ts';
import { readStoredLimits } from '../limits/stored-limits.ts';
import { limitsModel } from './limits-model.ts';
import { readLimitsThen } from './limits-then.ts';
import { weighLimits } from './weigh-limits.ts';

/**
 * Judges the requests of a past period by proposed limits and by those that were in force, both counted here from full buckets,
 * and tells how far it has come and at last the report. Reads alone; the proposal is in memory and nowhere else.
 */
export async function judgeLimits(
  { pool, audit }: { readonly pool: Pool; readonly audit: AuditApi },
  proposal: LimitsDocument,
  { since, until }: { readonly since: Date; readonly until: Date },
  tell: TellLines<LimitsWhatIfLine>,
  signal: AbortSignal,
): Promise<void> {
  const now = await readStoredLimits(pool);
  const then = await readLimitsThen(pool, since, until);
  const proposed = resolveLimits(proposal, 'proposed');
  const judgeInForce = limitsModel(then.at);
  const judgeProposed = limitsModel(() => proposed);
  const weighing = weighLimits();
  const period = { since: since.toISOString(), until: until.toISOString() };
  for await (const line of audit.lines(AuditedAsksLine, auditedAsksPath, period, signal)) {
    if ('ask' in line) {
      weighing.add(line.ask, judgeInForce(line.ask), judgeProposed(line.ask));
    } else if ('reached' in line) {
      weighing.addUnjudged(line);
      await tell([{ progress: { reached: line.reached, judged: weighing.judged() } }]);
    }
  }
  const report: LimitsWhatIfReport = {
    ...period,
    versions: [...then.versions],
    differences: diffLimits(now?.document ?? noLimits, proposal).length,
    ...weighing.result(),
  };
  await tell([{ report }]);
}
