import { z } from 'zod';
import { ChangeCounts } from './change-event.ts';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';
import { FileChange } from './file-difference.ts';

/** One thing that another limits document adds, removes or changes. */
export const LimitsChange = FileChange.extend({ section: z.enum(['classes', 'costs', 'shares', 'limits']) });
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
