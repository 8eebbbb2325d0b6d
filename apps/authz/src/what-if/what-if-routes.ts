import { WhatIfAsk, type WhatIfLine, whatIfPath } from '@ssp/contracts';
import { answerLines, Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { Router } from 'express';
import { type AdminContext } from '../admin/admin-context.ts';
import { auditOf } from '../explain/explain-routes.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import { judgePeriod } from './judge-period.ts';

/** What proposed rules would have done to a past period. Changes nothing, so readers may ask. */
export function whatIfRoutes(context: AdminContext): Router {
  return Router().post(whatIfPath, async (req, res) => {
    const { rules, since, until } = readInput(WhatIfAsk, req.body);
    const audit = auditOf(context);
    const read = readRulesFile(rules);
    if (!read.read) {
      const { faults, faultCount } = read;
      throw new Problem(422, `The rules have ${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}.`, {
        faults,
        faultCount,
      });
    }
    const period = { since: new Date(since), until: new Date(until) };
    await answerLines<WhatIfLine>(res, (tell, signal) =>
      judgePeriod({ ...context, audit }, read.file, period, tell, signal),
    );
    context.log.info({ since, until }, 'a past period was judged by proposed rules');
  });
}
