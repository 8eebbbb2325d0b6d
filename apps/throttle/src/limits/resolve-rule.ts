import { type ThrottleScope } from '@ssp/contracts';
import { type ResolvedAsk, type ResolvedInFlight, type ResolvedLimit } from '../counting/resolved-limits.ts';
import { type LimitRule } from './limits-document.ts';

// A rule that is not off states its figures: a document where one does not is refused before it comes here.

/** The bucket that a rule of a rate means; null where it is off. */
export function rateLimit<Scope extends ThrottleScope, Key extends string | null>(
  rule: LimitRule,
  scope: Scope,
  key: Key,
): (Omit<ResolvedLimit, 'scope' | 'key'> & { readonly scope: Scope; readonly key: Key }) | null {
  const { id, perSecond, burst, mode, whenCountersAreAway } = rule;
  if (mode === 'off' || perSecond === undefined || burst === undefined) return null;
  // Rounded up to whole microseconds: a limit is never exceeded, and kept a little under where it does not divide a second.
  const limit = { intervalUs: Math.ceil(1_000_000 / perSecond), burst };
  return { rule: id, scope, key, limit, mode, whenAway: whenCountersAreAway ?? 'admit-locally' };
}

/** The count that a rule of what is open at a provider means; null where it is off. */
export function inFlightLimit(rule: LimitRule, key: string): ResolvedInFlight | null {
  const { id, inFlight, mode, whenCountersAreAway } = rule;
  if (mode === 'off' || inFlight === undefined) return null;
  return { rule: id, key, max: inFlight, mode, whenAway: whenCountersAreAway ?? 'admit-locally' };
}

/** What a rule of an edge's own open exchanges means; null where it is off. */
export function edgeInFlightLimit({ id, inFlight, mode }: LimitRule): ResolvedAsk['edgeInFlight'] {
  return mode === 'off' || inFlight === undefined ? null : { rule: id, max: inFlight, mode };
}
