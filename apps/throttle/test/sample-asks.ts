import { type RateLimit } from '../src/counting/gcra.ts';
import {
  type ResolvedAsk,
  type ResolvedInFlight,
  type ResolvedLimit,
} from '../src/counting/resolved-limits.ts';

/** An enforced rate; its rule is named for its scope. */
export function rate(
  scope: ResolvedLimit['scope'],
  key: string,
  limit: RateLimit,
  more: Partial<ResolvedLimit> = {},
): ResolvedLimit {
  return { rule: `${scope}-rule`, scope, key, limit, mode: 'enforce', whenAway: 'admit-locally', ...more };
}

/** An enforced limit of what is open at a provider. */
export function inFlight(key: string, max: number, more: Partial<ResolvedInFlight> = {}): ResolvedInFlight {
  return { rule: 'open-rule', key, max, mode: 'enforce', whenAway: 'admit-locally', ...more };
}

/** An ask of cost 1 that must pass these limits and what else is given. */
export function asking(limits: readonly ResolvedLimit[], more: Partial<ResolvedAsk> = {}): ResolvedAsk {
  return { version: '1', limits, cost: 1, providerInFlight: null, share: null, edgeInFlight: null, ...more };
}
