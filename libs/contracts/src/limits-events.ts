import { z } from 'zod';
import { ChangeCounts } from './change-event.ts';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';

/** One thing that another limits document adds, removes or changes. */
export const LimitsChange = z.object({
  section: z.enum(['classes', 'costs', 'shares', 'limits']),
  /** What names it within its section: a rule's id, a class and an ASID, and so on. */
  key: z.array(z.string()),
  change: z.enum(['added', 'removed', 'changed']),
  /** Those that differ; null where the field is not stated. */
  fields: z.array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});
export type LimitsChange = z.infer<typeof LimitsChange>;

/**
 * The limits have changed: one version, with who, when and why, and what differs from the one before. It travels with the
 * completed exchanges, so that the audit keeps both in one chain. `changeEvent` makes it.
 */
export const LimitsChanged = defineEvent({
  type: 'limits.changed',
  topic: ExchangeCompleted.topic,
  data: z.object({
    version: z.string(),
    /** `file` for the load of a reviewed file, `operator` for a change by the operator API, or what a hand named. */
    kind: z.string(),
    who: z.string(),
    why: z.string(),
    counts: ChangeCounts,
    /** The changes themselves, up to a bound. */
    changes: z.array(LimitsChange),
    changesLeftOut: z.int().nonnegative(),
  }),
});
export type LimitsChanged = z.infer<typeof LimitsChanged.schema>;
