import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { askTrace } from './ask-trace.ts';
import { AskBatch } from './batch.ts';

/** Where the edge posts a batch of questions to throttle, and in which order the answers come: that of the asks. */
export const admissionsPath = '/v1/admissions';

/** Longest code of a supplier, in characters. */
export const supplierLengthMax = 100;

/** Is there room now for one request of this consumer to this provider? */
export const ThrottleAsk = z.object({
  from: Asid,
  to: Asid,
  interactionId: InteractionId,
  /** Whose system the provider is, as authz said; null where the directory does not name them. */
  supplier: z.string().min(1).max(supplierLengthMax).nullable().default(null),
  ...askTrace,
});
export type ThrottleAsk = z.output<typeof ThrottleAsk>;

/** How an edge process may be named. */
export const edgeName = /^[\w.:-]{1,100}$/;

/**
 * What an edge says of itself beside its asks. Its counts are of exchanges that it has asked room for and that have not ended,
 * those asked for by this call left out; they are absolute, so that a lost call or a dead edge leaves nothing behind.
 */
export const ThrottleCaller = z.object({
  /** One running edge process; another one after a restart. */
  edge: z.string().regex(edgeName),
  /** Rises with every call of this edge: an older count never replaces a newer one. */
  sequence: z.int().nonnegative(),
  inFlight: z.int().nonnegative(),
  /**
   * By provider: those asked about in this call, those whose count is not what was last told, and at least every 3 seconds all
   * whose count is not nought: what is not told again is forgotten after 10.
   */
  providers: z.record(Asid, z.int().nonnegative()),
});
export type ThrottleCaller = z.infer<typeof ThrottleCaller>;

/** A call's body. It may carry no asks: then it only tells what is in flight. */
export const ThrottleBatch = AskBatch.extend({ caller: ThrottleCaller.optional() });
export type ThrottleBatch = z.infer<typeof ThrottleBatch>;

/** Whose limit it is. The consumer's own are answered 429, all others 503. */
export const throttleScopes = [
  'consumer',
  'consumer-interaction',
  'consumer-provider',
  'provider',
  'provider-interaction',
  /** The provider has little room left, and this consumer has used its share of it. */
  'provider-share',
  'supplier',
  'global',
  'provider-in-flight',
  'edge-in-flight',
] as const;
export type ThrottleScope = (typeof throttleScopes)[number];

const allowance = {
  /** The limit that speaks: for an admission the one with the least left. */
  rule: z.string(),
  scope: z.enum(throttleScopes),
  /** What it lets through at once: its burst, or how many may be in flight. */
  limit: z.int().nonnegative(),
  remaining: z.int().nonnegative(),
  /** Whole seconds until the allowance is full again. */
  resetSeconds: z.int().nonnegative(),
  /** Version of the limits in force. */
  version: z.string(),
  /** `local` where the shared counters were away and each throttle counted its own part. */
  counters: z.enum(['shared', 'local']).default('shared'),
  /** Limits in shadow mode that had no room. */
  shadowed: z.array(z.string()).optional(),
};

export const ThrottleAnswer = z.discriminatedUnion('admission', [
  z.object({ admission: z.literal('admit'), ...allowance }),
  z.object({
    admission: z.literal('refuse'),
    ...allowance,
    /** Seconds in which the whole limit comes back, rounded up; null for a limit of what is in flight. */
    windowSeconds: z.int().positive().nullable(),
    /** Whole seconds after which a repeat has room; never too early. */
    retryAfterSeconds: z.int().positive(),
  }),
  /** The shared counters are away, and a limit of this ask does not admit without them. */
  z.object({ admission: z.literal('unavailable'), rule: z.string(), version: z.string() }),
  /** The ask itself could not be read; the others of its batch are not harmed. */
  z.object({ admission: z.literal('unreadable'), fault: z.string() }),
]);
export type ThrottleAnswer = z.output<typeof ThrottleAnswer>;
