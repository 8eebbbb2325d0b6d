import { z } from 'zod';
import { ChangeCounts } from './change-event.ts';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';

const Row = z.record(z.string(), z.unknown());

/**
 * The rules or the directory have changed: one version, with who, when and why. It travels with the completed exchanges, so
 * that the audit keeps both in one chain. `changeEvent` makes it.
 */
export const RulesChanged = defineEvent({
  type: 'rules.changed',
  topic: ExchangeCompleted.topic,
  data: z.object({
    version: z.string(),
    /** `directory`, `rules`, `by-hand` or another that the writer named. */
    kind: z.string(),
    who: z.string(),
    why: z.string(),
    /** How many rows, by table; tables without a change are left out. */
    tables: z.record(z.string(), ChangeCounts),
    /** The rows themselves, up to a bound; none for a load of the directory. */
    rows: z.array(
      z.object({
        table: z.string(),
        /** Null for a row that was added. */
        before: Row.nullable(),
        /** Null for a row that was removed. */
        after: Row.nullable(),
      }),
    ),
    rowsLeftOut: z.int().nonnegative(),
  }),
});
export type RulesChanged = z.infer<typeof RulesChanged.schema>;
