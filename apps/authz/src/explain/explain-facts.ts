import { type AuthzAsk, type AuthzAnswer, type Explanation } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { operationOutcome, Refusal } from '@ssp/spine';
import { type Pool, type PoolClient } from 'pg';
import { buildSnapshot } from '../build-snapshot.ts';
import { decide, gatherFacts } from '../decide.ts';
import { type DecisionSettings } from '../decision-settings.ts';
import { type Change, currentVersion, readChangesOf, versionAt } from './find-version.ts';
import { type FactRows, readFacts } from './read-facts.ts';
import { tellChecks, type ToldResult } from './tell-checks.ts';

/** What is asked, and under which rules: those of a version, or those in force at the moment. */
export type FactsAsk = { readonly ask: AuthzAsk; readonly at: Date; readonly version: string | null };

export type ExplainedFacts = Required<Pick<Explanation, 'facts' | 'decision' | 'checks' | 'now' | 'notes'>>;

type Judged = {
  readonly answer: Exclude<AuthzAnswer, { decision: 'unreadable' }>;
  readonly outcome: NonNullable<Explanation['now']>['outcome'];
  readonly told: readonly ToldResult[];
};

/**
 * Judges the facts by the rules of then and by those of now, with the very checks of the decision, on the rows that matter
 * alone. Null where the version has not come yet.
 */
export async function explainFacts(
  pool: Pool,
  settings: DecisionSettings,
  { ask: given, at, version }: FactsAsk,
  now: Date,
): Promise<ExplainedFacts | null> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const current = await currentVersion(client);
    const then = version ?? (await versionAt(client, at));
    if (BigInt(then) > BigInt(current)) return null;
    const { ask, notes } = await withNames(client, given, then);
    const rows = await readFacts(client, ask, then);
    const judged = judge(rows, ask, at, settings);
    const today = judge(await readFacts(client, ask, current), ask, now, settings);
    const changes = await readChangesOf(client, [then, ...judged.told.flatMap(sinceVersions)]);
    return {
      facts: {
        certificateNames: [...ask.certificateNames],
        from: ask.from,
        to: ask.to,
        interactionId: ask.interactionId,
        target: `https://${ask.targetHost}${ask.targetPath}`,
        network: ask.network,
        at: at.toISOString(),
      },
      decision: decisionOf(judged, ask, then, changes.get(then) ?? null),
      checks: judged.told.map(({ rows: shown, ...told }) => ({
        ...told,
        rows: shown.map((row) => ({ ...row, since: changes.get(row.sinceVersion) ?? null })),
      })),
      now: {
        rulesVersion: current,
        outcome: today.outcome,
        same: today.outcome === judged.outcome,
        differs: today.told
          .filter(
            ({ result, why }, place) =>
              result !== judged.told[place]?.result || why !== judged.told[place].why,
          )
          .map(({ id, result, why }) => ({ id, result, why })),
      },
      notes,
    };
  });
}

/** Takes the sender's own names where none are given: what is asked then is whether the rest would pass. */
async function withNames(client: PoolClient, ask: AuthzAsk, version: string) {
  if (ask.certificateNames.length > 0) return { ask, notes: [] };
  const { systems, handlers, certificateNames } = await readFacts(client, ask, version);
  const party = systems.find(({ asid }) => asid === ask.from)?.party_key_lower;
  const names = new Set([
    ...handlers.flatMap((row) => (row.party_key_lower === party && row.fqdn !== null ? [row.fqdn] : [])),
    ...certificateNames.flatMap((row) => (row.asid === ask.from ? [row.fqdn] : [])),
  ]);
  return {
    ask: { ...ask, certificateNames: [...names] },
    notes: ['No certificate name was given: those registered for the sender were taken.'],
  };
}

function judge(rows: FactRows, ask: AuthzAsk, at: Date, { policy, endpoints }: DecisionSettings): Judged {
  const snapshot = buildSnapshot(rows, endpoints);
  const circumstances = { decisionId: '', nowMs: at.getTime(), policy };
  const answer = decide(snapshot, ask, circumstances);
  if (answer.decision === 'unreadable') throw new Error('an ask that was read is no longer readable');
  const facts = gatherFacts(snapshot, ask, circumstances);
  return {
    answer,
    outcome: answer.decision === 'allow' ? 'allow' : answer.refusal,
    told: tellChecks({ facts, rows, nowMs: circumstances.nowMs }),
  };
}

function decisionOf({ answer, outcome }: Judged, ask: AuthzAsk, rulesVersion: string, made: Change | null) {
  const common = { rulesVersion, made, outcome };
  if (answer.decision === 'allow') {
    return { ...common, answer: null, agreementId: answer.agreementId, endpoint: answer.endpoint };
  }
  const refusal = new Refusal(answer.refusal, {
    from: ask.from,
    to: ask.to,
    target: `https://${ask.targetHost}${ask.targetPath}`,
    ...(answer.endpoint !== undefined && { endpoint: answer.endpoint }),
    ...(answer.cpaId !== undefined && { cpaId: answer.cpaId }),
  });
  const text = operationOutcome(refusal, '').issue[0]?.details.coding[0]?.display ?? '';
  return { ...common, answer: { status: refusal.status, text }, agreementId: null, endpoint: null };
}

const sinceVersions = ({ rows }: ToldResult) => rows.map(({ sinceVersion }) => sinceVersion);
