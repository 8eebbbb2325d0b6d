import { type ThrottleCaller } from '@ssp/contracts';
import { type CallerReport } from './counting/counters.ts';
import { type ResolvedLimits } from './counting/resolved-limits.ts';

/** What the caller says is in flight, by the keys it is counted under; what is open at a provider without such a limit is left out. */
export function reportOf(
  caller: ThrottleCaller | undefined,
  { inFlightOf }: ResolvedLimits,
): CallerReport | null {
  if (caller === undefined) return null;
  const counts = new Map<string, number>();
  for (const [provider, count] of Object.entries(caller.providers)) {
    const limit = inFlightOf(provider);
    if (limit) counts.set(limit.key, count);
  }
  return { edge: caller.edge, sequence: caller.sequence, inFlight: caller.inFlight, counts };
}
