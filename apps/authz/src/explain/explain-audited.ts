import {
  type AuditedDecision,
  AuthzAsk,
  authzRefusals,
  type ExplainedCheck,
  type Explanation,
} from '@ssp/contracts';
import { parseTarget } from '@ssp/spine';
import { type Pool } from 'pg';
import { type DecisionSettings } from '../decision-settings.ts';
import { edgeRefusalOf } from './edge-refusals.ts';
import { type ExplainedFacts, explainFacts } from './explain-facts.ts';
import { trustCheck } from './trust-check.ts';

/** Explains one audited exchange: by the rules on which its decision rested, or, without one, by those of its time. */
export async function explainAudited(
  pool: Pool,
  settings: DecisionSettings,
  audited: AuditedDecision,
  now: Date,
): Promise<Explanation> {
  const { internalId, traceId, decisionId, receivedAt, outcome, status, refusal, refusalDetail } = audited;
  const { ask, notes } = askOf(audited);
  const at = receivedAt ?? audited.completedAt;
  const explained =
    ask === null || at === null
      ? null
      : await explainFacts(pool, settings, { ask, at: new Date(at), version: audited.rulesVersion }, now);
  return {
    ...nothingJudged,
    ...explained,
    exchange: { internalId, traceId, decisionId, receivedAt, outcome, status, refusal },
    edge: endedByEdge(audited),
    checks: [trustCheck(refusal, refusalDetail), ...reachedChecks(explained?.checks ?? [], audited)],
    notes: [...notes, ...(explained?.notes ?? []), ...contradiction(audited, explained)],
  };
}

/** Where and why the edge ended it by itself; null where it did not. */
export function endedByEdge({
  refusal,
  refusalDetail,
  admission,
}: Pick<AuditedDecision, 'refusal' | 'refusalDetail' | 'admission'>): Explanation['edge'] {
  const place = edgeRefusalOf(refusal);
  if (place === null || refusal === null) return null;
  return {
    refusal,
    detail: refusalDetail,
    stage: place.stage,
    docs: `docs/errors.md#${place.section}`,
    // What was admitted ended by something else.
    limit: admission?.answer === 'admit' ? null : admission,
  };
}

const nothingJudged = { facts: null, decision: null, now: null };

/** The edge's network and target as it asked; names as the audit has them, or the one of the subject. */
function askOf(audited: AuditedDecision): {
  readonly ask: AuthzAsk | null;
  readonly notes: readonly string[];
} {
  const parsed = parseTarget(audited.requestTarget, { port443: true, collapsedSlash: true });
  const names = audited.certificateNames ?? commonNames(audited.certificateDn);
  const ask = AuthzAsk.safeParse({
    certificateNames: names,
    from: audited.from,
    to: audited.to,
    interactionId: audited.interactionId,
    targetHost: parsed.ok ? parsed.target.host : null,
    targetPath: parsed.ok ? parsed.target.path : null,
    network: audited.network ?? undefined,
  });
  if (!ask.success || names.length === 0) {
    return { ask: null, notes: ['The request did not say enough for authz to be asked.'] };
  }
  if (audited.certificateNames !== null) return { ask: ask.data, notes: [] };
  return {
    ask: ask.data,
    notes: ['The audit has no list of certificate names of it: the subject was taken.'],
  };
}

function commonNames(dn: string | null): readonly string[] {
  return Array.from((dn ?? '').matchAll(/(?:^|,\s*)CN=([^,]+)/gi), ([, name = '']) => name.trim());
}

/** Where authz was not asked, the decision came to none of its checks. */
function reachedChecks(checks: readonly ExplainedCheck[], { decisionId }: AuditedDecision) {
  return decisionId === null ? checks.map((check) => ({ ...check, reached: false })) : checks;
}

/** The service's own settings have no history, so what was decided need not be what is told. */
function contradiction(
  { decisionId, refusal }: AuditedDecision,
  explained: ExplainedFacts | null,
): readonly string[] {
  if (decisionId === null || explained === null || explained.decision === null) return [];
  const decided = authzRefusals.find((code) => code === refusal) ?? 'allow';
  if (explained.decision.outcome === decided) return [];
  return [
    `The decision was "${decided}", but by the rows of its version it would be "${explained.decision.outcome}": the service's own settings must have been others then.`,
  ];
}
