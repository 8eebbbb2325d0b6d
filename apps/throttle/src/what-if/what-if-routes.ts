import { LimitsWhatIfAsk, type LimitsWhatIfLine, limitsWhatIfPath } from '@ssp/contracts';
import { answerLines, Problem } from '@ssp/service';
import { acceptFile, type AuditApi, readInput } from '@ssp/service/operator';
import { Router } from 'express';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { readLimitsFile } from '../limits/read-limits-file.ts';
import { judgeLimits } from './judge-limits.ts';

/** What proposed limits would have done to a past period. Changes nothing, so readers may ask. */
export function whatIfRoutes(pool: Pool, audit: AuditApi | null, log: Logger): Router {
  return Router().post(limitsWhatIfPath, async (req, res) => {
    const { limits, since, until } = readInput(LimitsWhatIfAsk, req.body);
    if (audit === null) {
      throw new Problem(503, 'This needs the audit, and AUDIT_API_URL of the operator API is not set.');
    }
    const proposal = acceptFile(readLimitsFile(limits), 'the limits');
    const period = { since: new Date(since), until: new Date(until) };
    await answerLines<LimitsWhatIfLine>(res, (tell, signal) =>
      judgeLimits({ pool, audit }, proposal, period, tell, signal),
    );
    log.info({ since, until }, 'a past period was judged by proposed limits');
  });
}
