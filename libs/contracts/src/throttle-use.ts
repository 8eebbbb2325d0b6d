import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { throttleScopes } from './throttle.ts';

/** Where throttle tells what consumers use of their limits: POST a ThrottleUseAsk, get a ThrottleUseAnswer. */
export const throttleUsePath = '/v1/use';

/** Most consumers that one call asks about. */
export const throttleUseAsidsMax = 20;

/** Most refusals that are kept of a consumer: the last ones, for a day. */
export const refusalsKeptMax = 20;

export const ThrottleUseAsk = z.strictObject({ asids: z.array(Asid).min(1).max(throttleUseAsidsMax) });
export type ThrottleUseAsk = z.infer<typeof ThrottleUseAsk>;

/** One limit of a consumer, and what it has of it now. */
export const ConsumerLimitUse = z.object({
  rule: z.string(),
  scope: z.enum(['consumer', 'consumer-interaction', 'consumer-provider']),
  /** The one interaction, or the one provider, that the limit is for; null where the rule names none. */
  interactionId: InteractionId.nullable(),
  provider: Asid.nullable(),
  perSecond: z.number().positive(),
  /** Its burst: what it lets through at once. */
  limit: z.int().positive(),
  /** Seconds in which the whole limit comes back, rounded up. */
  windowSeconds: z.int().positive(),
  mode: z.enum(['enforce', 'shadow']),
  /** Null where the limit is kept for each interaction or provider by itself: there is no one figure of it. */
  use: z.object({ remaining: z.int().nonnegative(), resetSeconds: z.int().nonnegative() }).nullable(),
});
export type ConsumerLimitUse = z.infer<typeof ConsumerLimitUse>;

/** Refusals of one kind in one call of an edge. */
export const LastRefusal = z.object({
  at: z.iso.datetime(),
  rule: z.string(),
  scope: z.enum(throttleScopes),
  to: Asid,
  interactionId: InteractionId,
  retryAfterSeconds: z.int().positive(),
  /** How many at that moment. */
  times: z.int().positive(),
});
export type LastRefusal = z.infer<typeof LastRefusal>;

export const ConsumerUse = z.object({
  asid: Asid,
  limits: z.array(ConsumerLimitUse),
  /** The last first. */
  refusals: z.array(LastRefusal).max(refusalsKeptMax),
});
export type ConsumerUse = z.infer<typeof ConsumerUse>;

/** In the order of the ASIDs asked about. */
export const ThrottleUseAnswer = z.object({
  /** Version of the limits in force. */
  version: z.string(),
  consumers: z.array(ConsumerUse).max(throttleUseAsidsMax),
});
export type ThrottleUseAnswer = z.infer<typeof ThrottleUseAnswer>;
