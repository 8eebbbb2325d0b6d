import { percentile } from './percentile.ts';
import { type OpenLoopResult } from './open-loop-plan.ts';

/** The same load through the platform and straight to the provider, one after the other. */
export type LatencyTurn = { readonly through: OpenLoopResult; readonly direct: OpenLoopResult };

/** The percentiles that are shown, by their names. */
export const shownShares = { p50: 0.5, p90: 0.9, p99: 0.99, 'p99.9': 0.999, max: 1 } as const;
export type ShownShare = keyof typeof shownShares;

/** What the platform adds at one percentile: over all turns, and the range of single turns. */
export type Added = {
  readonly throughMs: number;
  readonly directMs: number;
  readonly addedMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
};

/** The difference of the percentiles; not the percentile of differences, as no request has a twin. */
export function addedLatency(turns: readonly LatencyTurn[], share: ShownShare): Added {
  const at = (latenciesMs: readonly number[]) =>
    percentile(
      latenciesMs.toSorted((a, b) => a - b),
      shownShares[share],
    );
  const differences = turns.map(({ through, direct }) => at(through.latenciesMs) - at(direct.latenciesMs));
  const throughMs = at(turns.flatMap(({ through }) => through.latenciesMs));
  const directMs = at(turns.flatMap(({ direct }) => direct.latenciesMs));
  return {
    throughMs,
    directMs,
    addedMs: throughMs - directMs,
    leastMs: Math.min(...differences),
    mostMs: Math.max(...differences),
  };
}
