import { Asid, InteractionId, TraceId, W3cTraceId } from '@ssp/spine';
import { z } from 'zod';
import { authzRefusals, certificateNamesMax, networks } from './authz.ts';
import { AuditedAdmission, exchangeOutcomes } from './exchange-events.ts';

/** Where the operator API explains a decision: POST an ExplainAsk, get Explanations. */
export const explainPath = '/v1/explain';

/** A version of the rules, as a number in text. */
const Version = z.string().regex(/^\d{1,18}$/, 'must be a version number');

/** The facts of a request, judged by the rules in force at a moment: now unless said, and not both. */
const AskedFacts = z
  .strictObject({
    /** Without any, the names that the directory has for the sender are taken. */
    certificateNames: z.array(z.string().min(1).max(253)).max(certificateNamesMax).default([]),
    from: Asid,
    to: Asid,
    interactionId: InteractionId,
    /** The provider's URL as a consumer asks for it; its query does not matter. */
    target: z.url({ protocol: /^https$/ }),
    network: z.enum(networks).default('private'),
    at: z.iso.datetime({ offset: true }).optional(),
    version: Version.optional(),
  })
  .refine(({ at, version }) => at === undefined || version === undefined, {
    path: ['version'],
    error: 'give at or version, not both',
  });

export const ExplainAsk = z.union(
  [
    z.strictObject({ decisionId: z.string().min(1).max(100) }),
    z.strictObject({ traceId: TraceId }),
    z.strictObject({ w3cTraceId: W3cTraceId }),
    z.strictObject({ internalId: z.uuid() }),
    z.strictObject({ facts: AskedFacts }),
  ],
  'give one of decisionId, traceId, w3cTraceId, internalId, facts',
);
export type ExplainAsk = z.input<typeof ExplainAsk>;

/** Who made a version of the rules, when and why. */
const Change = z.object({
  version: z.string(),
  at: z.iso.datetime(),
  kind: z.string(),
  who: z.string(),
  why: z.string(),
});

/** A row that a check looked at, as it was then. */
export const ExplainedRow = z.object({
  table: z.string(),
  key: z.string(),
  /** What of it matters to the check. */
  says: z.string(),
  sinceVersion: z.string(),
  /** The version that replaced or removed it; null while it is in force. */
  untilVersion: z.string().nullable(),
  /** How it came; null for what is older than the history. */
  since: Change.nullable(),
});
export type ExplainedRow = z.infer<typeof ExplainedRow>;

export const ExplainedCheck = z.object({
  id: z.string(),
  title: z.string(),
  result: z.enum(['passed', 'failed', 'unknown']),
  /** Whether the decision came as far: an earlier failure ends it, the rest is told all the same. */
  reached: z.boolean(),
  /** Who judges it. */
  by: z.enum(['edge', 'authz']),
  why: z.string(),
  rows: z.array(ExplainedRow),
  /** What would have to change; null where it passed. */
  remedy: z.string().nullable(),
});
export type ExplainedCheck = z.infer<typeof ExplainedCheck>;

const Outcome = z.enum(['allow', ...authzRefusals]);

/** Where and why the edge ended an exchange by itself. */
const EdgeRefusal = z.object({
  refusal: z.string(),
  detail: z.string().nullable(),
  stage: z.string(),
  /** The place in the documentation that tells what a consumer does about it. */
  docs: z.string(),
  /** The limit that had no room, or was not counted; null where none ended it. */
  limit: AuditedAdmission.nullable().default(null),
});

export const Explanation = z.object({
  /** The audited exchange; null where facts were given. */
  exchange: z
    .object({
      internalId: z.string(),
      traceId: z.string().nullable(),
      decisionId: z.string().nullable(),
      receivedAt: z.iso.datetime().nullable(),
      outcome: z.enum(exchangeOutcomes).nullable(),
      status: z.int().nullable(),
      refusal: z.string().nullable(),
    })
    .nullable(),
  edge: EdgeRefusal.nullable(),
  /** What was decided on; null where the request did not say enough, so that no check could be made. */
  facts: z
    .object({
      certificateNames: z.array(z.string()),
      from: z.string(),
      to: z.string(),
      interactionId: z.string(),
      target: z.string(),
      network: z.enum(networks),
      at: z.iso.datetime(),
    })
    .nullable(),
  /** By the rules of then; null as the facts. */
  decision: z
    .object({
      rulesVersion: z.string(),
      made: Change.nullable(),
      outcome: Outcome,
      /** What a consumer is answered; null where it is allowed. */
      answer: z.object({ status: z.int(), text: z.string() }).nullable(),
      agreementId: z.string().nullable(),
      endpoint: z.string().nullable(),
    })
    .nullable(),
  checks: z.array(ExplainedCheck),
  /** By the rules in force now, at this moment; null as the facts. */
  now: z
    .object({
      rulesVersion: z.string(),
      outcome: Outcome,
      same: z.boolean(),
      /** The checks whose result or ground is another now. */
      differs: z.array(z.object({ id: z.string(), result: z.enum(['passed', 'failed']), why: z.string() })),
    })
    .nullable(),
  /** What the reader should know of it beside. */
  notes: z.array(z.string()),
});
export type Explanation = z.infer<typeof Explanation>;

export const Explanations = z.object({ explanations: z.array(Explanation) });
