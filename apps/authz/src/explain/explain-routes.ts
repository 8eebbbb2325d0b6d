import { ExplainAsk, explainPath, type Explanation } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { parseTarget } from '@ssp/spine';
import { readInput } from '@ssp/service/operator';
import { Router } from 'express';
import { type z } from 'zod';
import { type AdminContext } from '../admin/admin-context.ts';
import { explainAudited } from './explain-audited.ts';
import { explainFacts } from './explain-facts.ts';
import { untriedTrust } from './trust-check.ts';

/** Why a request was or would be refused: of an audited decision, or of given facts. Changes nothing, so readers may ask. */
export function explainRoutes(context: AdminContext): Router {
  return Router().post(explainPath, async (req, res) => {
    const ask = readInput(ExplainAsk, req.body);
    const now = new Date();
    if ('facts' in ask) return res.json({ explanations: [await explainGiven(context, ask.facts, now)] });
    const [key, value] = audited(ask);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const found = await auditOf(context).find(key, value, gone.signal);
    if (found.length === 0) {
      throw new Problem(
        404,
        `The audit has no exchange of this ${key}; it may be on its way for some seconds.`,
      );
    }
    const explanations: Explanation[] = [];
    for (const decision of found) {
      explanations.push(await explainAudited(context.pool, context.settings, decision, now));
    }
    return res.json({ explanations });
  });
}

type AuditedAsk = Exclude<z.output<typeof ExplainAsk>, { facts: unknown }>;

/** By which id the audit is asked, and the id. */
function audited(ask: AuditedAsk) {
  if ('decisionId' in ask) return ['decisionId', ask.decisionId] as const;
  if ('traceId' in ask) return ['traceId', ask.traceId] as const;
  if ('w3cTraceId' in ask) return ['w3cTraceId', ask.w3cTraceId] as const;
  return ['internalId', ask.internalId] as const;
}

/** @throws Problem 503 where the operator has not said where the audit is */
export function auditOf({ audit }: AdminContext) {
  if (audit !== null) return audit;
  throw new Problem(503, 'This needs the audit, and AUDIT_API_URL of the operator API is not set.');
}

type GivenFacts = Extract<z.output<typeof ExplainAsk>, { facts: unknown }>['facts'];

async function explainGiven(
  { pool, settings }: AdminContext,
  { target, at, version, ...given }: GivenFacts,
  now: Date,
): Promise<Explanation> {
  const parsed = parseTarget(`/${target}`);
  if (!parsed.ok) throw new Problem(400, `facts.target: ${parsed.fault} (docs/errors.md#faults-of-a-target)`);
  const ask = { ...given, targetHost: parsed.target.host, targetPath: parsed.target.path };
  const moment = at === undefined ? now : new Date(at);
  const explained = await explainFacts(pool, settings, { ask, at: moment, version: version ?? null }, now);
  if (explained === null) throw new Problem(400, `facts.version: there is no version ${version ?? ''} yet`);
  return { exchange: null, edge: null, ...explained, checks: [untriedTrust, ...explained.checks] };
}
