import {
  type AuditedDecision,
  auditedDecisionsPath,
  AuditedDecisions,
  groupedDecisionsPath,
  GroupedDecisionsLine,
} from '@ssp/contracts';
import { type AuditApi } from '@ssp/service/operator';

/** What the audit tells authz of its own decisions. Every call throws Problem 503 where the audit does not answer. */
export type AuditClient = {
  readonly find: (
    key: 'decisionId' | 'traceId' | 'w3cTraceId' | 'internalId',
    value: string,
    signal: AbortSignal,
  ) => Promise<readonly AuditedDecision[]>;
  /** The lines of a period as they come; `segments` of a target's path are told apart. Throws where they end too early. */
  readonly group: (
    period: { readonly since: Date; readonly until: Date; readonly segments: number },
    signal: AbortSignal,
  ) => AsyncIterable<GroupedDecisionsLine>;
};

/** Asks the audit for what authz has decided. */
export function createAuditClient(api: AuditApi): AuditClient {
  return {
    find: async (key, value, signal) =>
      (await api.json(AuditedDecisions, auditedDecisionsPath, { [key]: value }, signal)).decisions,
    group: ({ since, until, segments }, signal) =>
      api.lines(
        GroupedDecisionsLine,
        groupedDecisionsPath,
        { since: since.toISOString(), until: until.toISOString(), segments: String(segments) },
        signal,
      ),
  };
}
