import { z } from 'zod';
import { FileDifference } from './file-difference.ts';
import { LimitsChange } from './limits-events.ts';

// What throttle's operator API answers; its routes are in docs/throttling.md.

/** One version of the limits: who made it, when and why. */
export const LimitsVersion = z.object({
  /** Decimal text; `0` for the defaults, which hold until a version is stored. */
  version: z.string(),
  at: z.iso.datetime().nullable(),
  who: z.string(),
  why: z.string(),
  /** `file`, `operator`, `default` or what a hand named. */
  kind: z.string(),
  /** When the audit was told; null while it is not. */
  publishedAt: z.iso.datetime().nullable(),
});
export type LimitsVersion = z.infer<typeof LimitsVersion>;

/** A version whole. */
export const HeldLimits = LimitsVersion.extend({
  /** As it was written, with its comments; null for the defaults. */
  text: z.string().nullable(),
  /** What throttle counts by; null where this process cannot read it. */
  document: z.record(z.string(), z.unknown()).nullable(),
});
export type HeldLimits = z.infer<typeof HeldLimits>;

/** What a file of limits would change, or has changed. */
export const LimitsDiff = FileDifference.extend({ changes: z.array(LimitsChange) });
export type LimitsDiff = z.infer<typeof LimitsDiff>;

/** Newest first. */
export const LimitsHistory = z.object({ versions: z.array(LimitsVersion) });
export type LimitsHistory = z.infer<typeof LimitsHistory>;
