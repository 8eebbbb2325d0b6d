import { type AuditedAsk, type ThrottleScope } from '@ssp/contracts';
import { emptyState } from '../counting/counter-state.ts';
import { decideBatch } from '../counting/decide-batch.ts';
import { toTaken } from '../counting/decision.ts';
import { forgetUnused } from '../counting/forget-unused.ts';
import { type ResolvedLimits } from '../counting/resolved-limits.ts';
import { OpenExchanges } from './open-exchanges.ts';

/** What limits would have said of one request. */
export type Judgement = {
  /** Null where it is admitted. */
  readonly refusedBy: { readonly rule: string; readonly scope: ThrottleScope } | null;
  /** Rules in shadow mode that had no room for it. */
  readonly shadowed: readonly string[];
};

/** Judges requests in the order of their arrival, each by what those before it have taken. */
export type LimitsModel = (ask: AuditedAsk) => Judgement;

/**
 * Counts as throttle does, by the requests' own times, from full buckets. What is open follows from when those that it admits
 * arrived and how long they took. `limitsAt` gives the limits in force at a moment.
 */
export function limitsModel(limitsAt: (nowMs: number) => ResolvedLimits): LimitsModel {
  const state = emptyState();
  const forget = forgetUnused(state);
  const open = new OpenExchanges();
  let sequence = 0;
  return ({ from, to, interactionId, supplier, edge, receivedAt, durationMs }) => {
    const nowMs = Date.parse(receivedAt);
    const nowUs = nowMs * 1_000;
    forget(nowUs);
    open.endBy(nowMs);
    sequence += 1;
    const ask = limitsAt(nowMs).ofAsk({ from, to, interactionId, supplier });
    const counts = ask.providerInFlight === null ? none : new Map([[ask.providerInFlight.key, open.at(to)]]);
    // One caller that knows of all edges what is open, and of this one what is open there.
    const caller = { edge: 'all', sequence, inFlight: open.at(edge), counts };
    const [decision] = decideBatch(state, [ask], caller, nowUs);
    if (decision === undefined) throw new Error('an ask was left without a decision');
    const taken = toTaken(ask, decision, 'shared');
    if (taken.admission === 'unavailable') throw new Error('counters in memory were away');
    const { speaker, shadowed } = taken;
    if (taken.admission === 'admit') open.add({ endMs: nowMs + durationMs, provider: to, edge });
    return {
      refusedBy: taken.admission === 'refuse' ? { rule: speaker.rule, scope: speaker.scope } : null,
      shadowed,
    };
  };
}

const none: ReadonlyMap<string, number> = new Map();
