import { z } from 'zod';
import { ChangeCounts } from './change-event.ts';

/** One thing that another file of what operators keep adds, removes or changes. */
export const FileChange = z.object({
  section: z.string(),
  /** What names it within its section: a rule's id, a class and an ASID, and so on. */
  key: z.array(z.string()),
  change: z.enum(['added', 'removed', 'changed']),
  /** Those that differ; null where the field is not stated. */
  fields: z.array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});

/** What a file would change, or has changed, against `version`, or by it, as every operator API tells it. */
export const FileDifference = z.object({
  version: z.string(),
  counts: ChangeCounts,
  changes: z.array(FileChange),
  /** Changes that there are beside those listed. */
  leftOut: z.int().nonnegative(),
});
export type FileDifference = z.infer<typeof FileDifference>;
