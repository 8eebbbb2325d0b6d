import { type CounterBatch, type Counters, type Taken } from './counters.ts';
import { emptyState } from './counter-state.ts';
import { decideBatch } from './decide-batch.ts';
import { toTaken } from './decision.ts';
import { forgetUnused } from './forget-unused.ts';
import { type ResolvedAsk, type ResolvedLimit } from './resolved-limits.ts';

/**
 * Counts in this process alone, each limit divided by as many processes as count so at that moment. An ask with a limit
 * that admits nobody without the shared counters is unavailable.
 */
export function localCounters(processes: () => number): Counters {
  const state = emptyState();
  const forget = forgetUnused(state);
  let divisor = processes();
  let partOf = partsOf(divisor);
  return {
    take: async ({ asks, caller, nowUs = Date.now() * 1_000 }: CounterBatch): Promise<readonly Taken[]> => {
      forget(nowUs);
      if (processes() !== divisor) {
        divisor = processes();
        partOf = partsOf(divisor);
      }
      const closed = asks.map(closedBy);
      const parts = asks.flatMap((ask, at) => (closed[at] === undefined ? [partOf(ask)] : []));
      const decided = decideBatch(state, parts, caller, nowUs)
        .map((decision, at) => ({ part: parts[at], decision }))
        .values();
      return closed.map((rule): Taken => {
        if (rule !== undefined) return { admission: 'unavailable', rule };
        const { part, decision } = decided.next().value ?? {};
        if (!part || !decision) throw new Error('an ask was left without a decision');
        return toTaken(part, decision, 'local');
      });
    },
  };
}

/** The enforced limit that refuses while the shared counters are away. */
function closedBy({ limits, providerInFlight }: ResolvedAsk): string | undefined {
  const all = providerInFlight === null ? limits : [...limits, providerInFlight];
  return all.find(({ mode, whenAway }) => mode === 'enforce' && whenAway === 'refuse')?.rule;
}

/** Gives an ask the part of its limits that falls to this process, worked out once for each limit. */
function partsOf(divisor: number): (ask: ResolvedAsk) => ResolvedAsk {
  const known = new WeakMap<ResolvedLimit, ResolvedLimit>();
  const part = (whole: ResolvedLimit): ResolvedLimit => {
    const found = known.get(whole);
    if (found) return found;
    const { intervalUs, burst } = whole.limit;
    const made = {
      ...whole,
      limit: { intervalUs: intervalUs * divisor, burst: Math.max(1, Math.floor(burst / divisor)) },
    };
    known.set(whole, made);
    return made;
  };
  return (ask) => ({
    ...ask,
    limits: ask.limits.map(part),
    providerInFlight: ask.providerInFlight && {
      ...ask.providerInFlight,
      max: Math.ceil(ask.providerInFlight.max / divisor),
    },
  });
}
