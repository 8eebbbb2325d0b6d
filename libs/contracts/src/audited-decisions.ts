import { z } from 'zod';
import { AuditedAdmission, exchangeOutcomes } from './exchange-events.ts';

/** Where the audit answers what a decision rested on: `?decisionId=`, `?traceId=`, `?w3cTraceId=` or `?internalId=`. */
export const auditedDecisionsPath = '/v1/decisions';

/** Where it answers what was asked in a period, alike asks together: `?since=&until=&segments=`. */
export const groupedDecisionsPath = '/v1/decisions/grouped';

/** What an ask was made of; null where the request did not say it properly, or an older edge did not tell. */
const asked = {
  certificateNames: z.array(z.string()).nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  interactionId: z.string().nullable(),
  /** As it came, without its query and NHS numbers. */
  requestTarget: z.string(),
  network: z.string().nullable(),
};

/** One exchange as the audit knows it, as far as a decision rests on it or tells of it. */
export const AuditedDecision = z.object({
  ...asked,
  internalId: z.string(),
  traceId: z.string().nullable(),
  certificateDn: z.string().nullable(),
  receivedAt: z.iso.datetime().nullable(),
  /** Null while the exchange is under way, and where nobody told its end; then nothing below is known either, but that it is abandoned. */
  completedAt: z.iso.datetime().nullable(),
  outcome: z.enum(exchangeOutcomes).nullable(),
  status: z.int().nullable(),
  refusal: z.string().nullable(),
  refusalDetail: z.string().nullable(),
  /** Null where authz was not asked, or gave no answer. */
  decisionId: z.string().nullable(),
  rulesVersion: z.string().nullable(),
  /** What throttle said; null where it was not asked or did not answer. */
  admission: AuditedAdmission.nullable().default(null),
});
export type AuditedDecision = z.infer<typeof AuditedDecision>;

export const AuditedDecisions = z.object({ decisions: z.array(AuditedDecision) });

/** One line of the grouped answer, which is JSON lines; the last is `end`, without which the answer was cut off. */
export const GroupedDecisionsLine = z.union([
  z.object({
    group: z.object({
      ...asked,
      /** Why authz refused them, null where it allowed them. */
      refusal: z.string().nullable(),
      count: z.int().positive(),
      /** Of one of them. */
      traceId: z.string().nullable(),
    }),
  }),
  z.object({
    /** Everything before this moment has been told. */
    reached: z.iso.datetime(),
    /** Exchanges since the line before on which authz did not decide, or of which that was not kept. */
    undecided: z.int().nonnegative(),
  }),
  z.object({ end: z.literal(true) }),
]);
export type GroupedDecisionsLine = z.infer<typeof GroupedDecisionsLine>;
export type DecisionGroup = Extract<GroupedDecisionsLine, { group: unknown }>['group'];
