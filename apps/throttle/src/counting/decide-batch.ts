import { type CallerReport } from './counters.ts';
import { type BatchView, type CounterState, viewState } from './counter-state.ts';
import { type Decision, gateAfterLimits } from './decision.ts';
import { reservedUs, roomInShare, seeSharer } from './fair-share.ts';
import { type Room, roomIn } from './gcra.ts';
import { inFlightWaitUs, openOne } from './in-flight.ts';
import { type LimitMode, type ResolvedAsk, type ResolvedLimit } from './resolved-limits.ts';

/** One of the things that an ask must pass, as it stands for this ask. */
type Gate = {
  readonly at: number;
  readonly enforced: boolean;
  /** Nought where it has room. */
  readonly waitUs: number;
  /** What it would say of an admission, and of a refusal. Only rates speak for an admission. */
  readonly admitted: { readonly remaining: number; readonly resetUs: number } | null;
  readonly refused: { readonly remaining: number; readonly resetUs: number; readonly weights: number };
  /** Counts an admission that this gate had room for. */
  readonly take?: () => void;
};

/**
 * Decides asks in their order, each all or nothing, and remembers what they took. take.lua does the same inside Redis; tests
 * hold the two together.
 */
export function decideBatch(
  state: CounterState,
  asks: readonly ResolvedAsk[],
  caller: CallerReport | null,
  nowUs: number,
): readonly Decision[] {
  const view = viewState(state, caller, nowUs);
  let admitted = 0;
  return asks.map((ask) => {
    const rates = ask.limits.map((limit, at) => rateGate(state, ask, limit, at, nowUs));
    const gates = [
      ...rates.map(({ gate }) => gate),
      ...shareGate(view, ask, rates),
      ...providerGate(view, ask),
      ...edgeGate(view, ask, admitted),
    ];
    const decision = decide(gates);
    if (decision.admitted) {
      admitted += 1;
      // One in shadow mode without room is over its limit already, and stays as it is.
      for (const gate of gates) if (gate.waitUs === 0) gate.take?.();
      // What is open is open, also beyond a limit in shadow mode.
      if (ask.providerInFlight) openOne(view.openAt(ask.providerInFlight.key));
    }
    return decision;
  });
}

function decide(gates: readonly Gate[]): Decision {
  const shadowed = gates.filter(({ enforced, waitUs }) => !enforced && waitUs > 0).map(({ at }) => at);
  const roomless = gates.filter(({ enforced, waitUs }) => enforced && waitUs > 0);
  const [first] = roomless;
  if (first) {
    const retryAfterUs = Math.max(...roomless.map(({ waitUs }) => waitUs));
    return { admitted: false, gate: first.at, ...first.refused, retryAfterUs, shadowed };
  }
  let tightest: Gate | undefined;
  for (const gate of gates) {
    if (!gate.enforced || gate.admitted === null) continue;
    if (gate.admitted.remaining < (tightest?.admitted?.remaining ?? Infinity)) tightest = gate;
  }
  const said = tightest?.admitted ?? { remaining: 0, resetUs: 0 };
  return { admitted: true, gate: tightest?.at ?? -1, ...said, retryAfterUs: 0, shadowed, weights: 0 };
}

type Rate = { readonly limit: ResolvedLimit; readonly room: Room; readonly gate: Gate };

function rateGate(
  state: CounterState,
  ask: ResolvedAsk,
  limit: ResolvedLimit,
  at: number,
  nowUs: number,
): Rate {
  const { intervalUs } = limit.limit;
  const knownUs = state.tats.get(limit.key) ?? 0;
  const room = roomIn(limit.limit, knownUs, ask.cost, nowUs);
  // Kept, or a bucket from before the clock was set back would stay empty until the clock has caught up.
  if (knownUs > room.tatUs) state.tats.set(limit.key, room.tatUs);
  const leftUs = room.spareUs + (room.nextTatUs - room.tatUs);
  return {
    limit,
    room,
    gate: {
      at,
      enforced: limit.mode === 'enforce',
      waitUs: Math.max(0, -room.spareUs),
      admitted: { remaining: Math.floor(room.spareUs / intervalUs), resetUs: room.nextTatUs - nowUs },
      refused: { remaining: Math.floor(leftUs / intervalUs), resetUs: room.tatUs - nowUs, weights: 0 },
      take: () => state.tats.set(limit.key, room.nextTatUs),
    },
  };
}

/** A share holds only for what would reach into the reserved part of the provider's bucket. */
function shareGate(view: BatchView, ask: ResolvedAsk, rates: readonly Rate[]): readonly Gate[] {
  const { share, cost } = ask;
  const provider = rates.find(({ limit }) => limit.scope === 'provider');
  if (share === null || provider === undefined) return [];
  const { limit, mode } = provider.limit;
  if (provider.room.spareUs >= reservedUs(limit, share.below)) return [];
  const sharers = view.sharersOf(share.key);
  const sharer = seeSharer(sharers, share.consumer, share.weight, view.nowUs);
  const room = roomInShare(sharer, sharers, limit, { cost, below: share.below, nowUs: view.nowUs });
  return [
    {
      at: ask.limits.length + gateAfterLimits.share,
      enforced: mode === 'enforce',
      waitUs: room.waitUs,
      admitted: null,
      refused: { remaining: 0, resetUs: room.resetUs, weights: room.weights },
      take: () => {
        sharer.fairTatUs = room.nextFairTatUs;
      },
    },
  ];
}

function providerGate(view: BatchView, ask: ResolvedAsk): readonly Gate[] {
  if (ask.providerInFlight === null) return [];
  const { key, max, mode } = ask.providerInFlight;
  const { open, adds } = view.openAt(key);
  return [inFlightGate(ask.limits.length + gateAfterLimits.providerInFlight, mode, open + adds <= max)];
}

function edgeGate(view: BatchView, ask: ResolvedAsk, admitted: number): readonly Gate[] {
  if (ask.edgeInFlight === null || view.caller === null) return [];
  const { max, mode } = ask.edgeInFlight;
  const room = view.caller.inFlight + admitted < max;
  return [inFlightGate(ask.limits.length + gateAfterLimits.edgeInFlight, mode, room)];
}

function inFlightGate(at: number, mode: LimitMode, room: boolean): Gate {
  return {
    at,
    enforced: mode === 'enforce',
    waitUs: room ? 0 : inFlightWaitUs,
    admitted: null,
    refused: { remaining: 0, resetUs: inFlightWaitUs, weights: 0 },
  };
}
