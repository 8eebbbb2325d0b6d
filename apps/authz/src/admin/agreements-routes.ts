import { Problem } from '@ssp/service';
import { Asid, InteractionId } from '@ssp/spine';
import { readInput, Why } from '@ssp/service/operator';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { RulesFileRule } from '../rules/rules-file.ts';
import { type AdminContext } from './admin-context.ts';
import { addAgreement, changeAgreement } from './change-agreement.ts';
import { endRule } from './end-rule.ts';
import { readAgreement, readAgreementHistory, readAgreements } from './read-agreements.ts';

const Moment = z.iso.datetime({ offset: true, error: 'must be a moment such as 2026-04-01T00:00:00Z' });

const AgreementsQuery = z.strictObject({
  asid: Asid.nullable().default(null),
  ods: z.string().min(1).max(12).nullable().default(null),
  interaction: InteractionId.nullable().default(null),
  agreementId: z.string().min(1).max(100).nullable().default(null),
  at: Moment.transform((text) => new Date(text))
    .nullable()
    .default(null),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const Named = z.object({ ruleId: z.string().min(1).max(200) });
const Addition = z.strictObject({ rule: RulesFileRule, why: Why });
const Change = z.strictObject({
  /** Fields to set; null takes one away. */
  changes: z.record(z.string(), z.unknown()),
  why: Why,
});
const End = z.strictObject({ at: Moment.optional(), why: Why });

/** Data sharing rules: listed, added, changed, ended, and their past. Nothing is deleted. */
export function agreementsRoutes({ pool, whoChanges }: AdminContext): Router {
  return Router()
    .get('/v1/agreements', async (req, res) => {
      res.json({ agreements: await readAgreements(pool, readInput(AgreementsQuery, req.query)) });
    })
    .get('/v1/agreements/:ruleId', async (req, res) => {
      const { ruleId } = readInput(Named, req.params);
      const held = await readAgreement(pool, ruleId);
      if (held === null) throw new Problem(404, `No rule has the id ${ruleId}.`);
      res.set('ETag', `"${held.sinceVersion}"`).json(held);
    })
    .get('/v1/agreements/:ruleId/history', async (req, res) => {
      const { ruleId } = readInput(Named, req.params);
      const versions = await readAgreementHistory(pool, ruleId);
      if (versions.length === 0) throw new Problem(404, `No rule has ever had the id ${ruleId}.`);
      res.json({ ruleId, versions });
    })
    .post('/v1/agreements', async (req, res) => {
      const who = whoChanges(req);
      const { rule, why } = readInput(Addition, req.body);
      res.status(201).json(await addAgreement(pool, rule, { who, why }));
    })
    .patch('/v1/agreements/:ruleId', async (req, res) => {
      const who = whoChanges(req);
      const { ruleId } = readInput(Named, req.params);
      const { changes, why } = readInput(Change, req.body);
      const change = (held: RulesFileRule) => {
        const merged = Object.entries({ ...held, ...changes }).filter(([, value]) => value !== null);
        const wanted = readInput(RulesFileRule, Object.fromEntries(merged));
        if (wanted.ruleId !== ruleId) throw new Problem(400, 'ruleId: a rule keeps its id');
        return wanted;
      };
      const known = { ruleId, sinceVersion: knownVersion(req) };
      res.json(await changeAgreement(pool, known, change, { who, why }));
    })
    .post('/v1/agreements/:ruleId/end', async (req, res) => {
      const who = whoChanges(req);
      const { ruleId } = readInput(Named, req.params);
      const { at, why } = readInput(End, req.body);
      const known = { ruleId, sinceVersion: knownVersion(req) };
      const end = (held: RulesFileRule) => {
        const now = new Date();
        return endRule(held, at === undefined ? now : new Date(at), now);
      };
      res.json(await changeAgreement(pool, known, end, { who, why }));
    });
}

/** The version since which the caller believes the rule to be held. */
function knownVersion(req: Request): string {
  const version = /^"?(\d{1,18})"?$/.exec(req.get('if-match') ?? '')?.[1];
  if (version !== undefined) return version;
  throw new Problem(428, 'Send If-Match with the sinceVersion of the rule as you know it.');
}
