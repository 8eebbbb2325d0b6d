import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';

/** Where the edge posts a batch of questions to throttle, and in which order the answers come: that of the asks. */
export const admissionsPath = '/v1/admissions';

/** Is there room now for one request of this consumer to this provider? */
export const ThrottleAsk = z.object({ from: Asid, to: Asid, interactionId: InteractionId });
export type ThrottleAsk = z.infer<typeof ThrottleAsk>;

const allowance = {
  /** Requests that the tightest limit lets through at once: its burst. */
  limit: z.int().nonnegative(),
  remaining: z.int().nonnegative(),
  /** Whole seconds until the allowance is full again. */
  resetSeconds: z.int().nonnegative(),
};

export const throttleScopes = ['consumer', 'provider', 'global'] as const;

export const ThrottleAnswer = z.discriminatedUnion('admission', [
  z.object({ admission: z.literal('admit'), ...allowance }),
  z.object({
    admission: z.literal('refuse'),
    ...allowance,
    scope: z.enum(throttleScopes),
    /** Whole seconds after which a repeat has room; never too early. */
    retryAfterSeconds: z.int().positive(),
  }),
  /** The ask itself could not be read; the others of its batch are not harmed. */
  z.object({ admission: z.literal('unreadable'), fault: z.string() }),
]);
export type ThrottleAnswer = z.infer<typeof ThrottleAnswer>;
