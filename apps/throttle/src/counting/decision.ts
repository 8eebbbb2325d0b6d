import { type Speaker, type Taken } from './counters.ts';
import { shareAsLimit } from './fair-share.ts';
import { spanOf } from './gcra.ts';
import { type ResolvedAsk } from './resolved-limits.ts';

/** Where a gate stands in an ask: its limits come first, in their order, then these. */
export const gateAfterLimits = { share: 0, providerInFlight: 1, edgeInFlight: 2 } as const;

/** What both twins say of one ask. Gates are told by position: the ask's limits, then its share, then what is in flight. */
export type Decision = {
  readonly admitted: boolean;
  /** The gate that speaks: admitted the one with the least left, refused the first without room; -1 where none holds. */
  readonly gate: number;
  readonly remaining: number;
  readonly resetUs: number;
  /** Nought if admitted. */
  readonly retryAfterUs: number;
  /** Gates in shadow mode without room. */
  readonly shadowed: readonly number[];
  /** Of a refusal by share: the weights of all who share; else nought. */
  readonly weights: number;
};

const none: readonly string[] = [];

/** What is said where no limit holds for an ask: every one of them is off. */
const unlimited: Speaker = { rule: 'unlimited', scope: 'global', limit: 1_000_000, windowUs: null };

/** Gives a decision the names of the limits that it speaks of. */
export function toTaken(ask: ResolvedAsk, decision: Decision, counters: 'shared' | 'local'): Taken {
  const { gate, resetUs, retryAfterUs } = decision;
  const speaker = speakerAt(ask, gate, decision.weights);
  const remaining = gate < 0 ? unlimited.limit : decision.remaining;
  const shadowed =
    decision.shadowed.length === 0
      ? none
      : [...new Set(decision.shadowed.map((at) => speakerAt(ask, at, 1).rule))];
  return decision.admitted
    ? { admission: 'admit', speaker, remaining, resetUs, shadowed, counters }
    : { admission: 'refuse', speaker, remaining, resetUs, retryAfterUs, shadowed, counters };
}

function speakerAt(ask: ResolvedAsk, gate: number, weights: number): Speaker {
  const { limits, share, providerInFlight, edgeInFlight } = ask;
  const own = limits[gate];
  if (own) return { rule: own.rule, scope: own.scope, limit: own.limit.burst, windowUs: spanOf(own.limit) };
  const after = gate - limits.length;
  const provider = limits.find(({ scope }) => scope === 'provider');
  if (after === gateAfterLimits.share && share && provider) {
    const { limit, windowUs } = shareAsLimit(provider.limit, { ...share, weights });
    return { rule: provider.rule, scope: 'provider-share', limit, windowUs };
  }
  if (after === gateAfterLimits.providerInFlight && providerInFlight) {
    const { rule, max } = providerInFlight;
    return { rule, scope: 'provider-in-flight', limit: max, windowUs: null };
  }
  if (after === gateAfterLimits.edgeInFlight && edgeInFlight) {
    return { rule: edgeInFlight.rule, scope: 'edge-in-flight', limit: edgeInFlight.max, windowUs: null };
  }
  return unlimited;
}
