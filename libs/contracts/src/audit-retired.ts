import { z } from 'zod';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';

/**
 * Months of the audit that are beyond their retention are about to be dropped: told before it is done, so that one which then failed
 * has been told too; the statements of what was dropped name this event by its id. It travels with the completed exchanges.
 */
export const AuditRetired = defineEvent({
  type: 'audit.retired',
  topic: ExchangeCompleted.topic,
  data: z.object({
    who: z.string(),
    why: z.string(),
    retentionDays: z.int().positive(),
    /** `2024-01`, the oldest first. */
    months: z.array(z.string()).min(1),
    /** All that is dropped occurred before this. */
    occurredBefore: z.iso.datetime({ precision: 3 }),
    events: z.int().nonnegative(),
    fullUrls: z.int().nonnegative(),
  }),
});
export type AuditRetired = z.infer<typeof AuditRetired.schema>;
