import { z } from 'zod';
import { AuditedAdmission, exchangeOutcomes } from './exchange-events.ts';

/** Where the audit answers what throttle was asked in a period, in the order of arrival: `?since=&until=`. */
export const auditedAsksPath = '/v1/asks';

/** One exchange for which throttle was asked, as the audit knows it. */
export const AuditedAsk = z.object({
  traceId: z.string().nullable(),
  /** The edge process that took it, as its events name it. */
  edge: z.string(),
  from: z.string(),
  to: z.string(),
  interactionId: z.string(),
  supplier: z.string().nullable(),
  /** By the edge's clock. */
  receivedAt: z.iso.datetime(),
  /** Milliseconds from its arrival to its end. */
  durationMs: z.number().nonnegative(),
  outcome: z.enum(exchangeOutcomes),
  refusal: z.string().nullable(),
  /** Null where throttle did not answer, or an older edge did not tell. */
  admission: AuditedAdmission.nullable(),
});
export type AuditedAsk = z.infer<typeof AuditedAsk>;

/** One line of the answer, which is JSON lines; the last is `end`, without which the answer was cut off. */
export const AuditedAsksLine = z.union([
  z.object({ ask: AuditedAsk }),
  z.object({
    /** Everything that arrived before this moment has been told. */
    reached: z.iso.datetime(),
    /** Exchanges since the line before for which throttle was not asked. */
    notAsked: z.int().nonnegative(),
    /** Exchanges since the line before whose end is not known: they are still open, or their edge died. */
    unended: z.int().nonnegative(),
  }),
  z.object({ end: z.literal(true) }),
]);
export type AuditedAsksLine = z.infer<typeof AuditedAsksLine>;
