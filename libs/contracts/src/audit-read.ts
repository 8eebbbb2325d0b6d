import { z } from 'zod';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';

/**
 * A person has taken something out of the audit that is not shown to everybody who may search it: told before it is answered. It
 * travels with the completed exchanges, so that the audit keeps both in one chain.
 */
export const AuditRead = defineEvent({
  type: 'audit.read',
  topic: ExchangeCompleted.topic,
  data: z.object({
    /** `full-urls` for targets with NHS numbers, `export` for all that a search finds. */
    kind: z.enum(['full-urls', 'export']),
    /** The role of the token and the person behind it: `auditor:ada`. */
    who: z.string(),
    why: z.string(),
    /** What was asked for, by the names of the API. */
    asked: z.record(z.string(), z.string()),
    /** Whose full URLs were to be told; none for an export. */
    internalIds: z.array(z.uuid()),
  }),
});
export type AuditRead = z.infer<typeof AuditRead.schema>;
