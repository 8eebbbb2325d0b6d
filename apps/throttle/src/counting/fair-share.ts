import { spanOf, type RateLimit } from './gcra.ts';

/** A consumer that neither asks nor owes for so long no longer counts among those that share. */
export const shareWindowUs = 2_000_000;

/** Most consumers remembered of one provider; a further one takes the place of the one not seen for longest. */
export const sharersMax = 256;

/** A consumer among those that share what a provider has left. */
export type Sharer = {
  readonly consumer: string;
  /** When its use so far is used up at the speed of its share. */
  fairTatUs: number;
  seenUs: number;
  weight: number;
};

/** What the share of one consumer has for one ask. */
export type ShareRoom = {
  /** Sum of the weights of all who share now. */
  readonly weights: number;
  readonly nextFairTatUs: number;
  /** Nought where it has room. */
  readonly waitUs: number;
  /** Until it owes nothing. */
  readonly resetUs: number;
};

/** The part of the bucket, as time, that only shares reach into. */
export function reservedUs(limit: RateLimit, below: number): number {
  return Math.ceil(spanOf(limit) * below);
}

/**
 * How far a consumer may run ahead of its share: half of what is reserved, so that all who share now can take no more than
 * half of it at once and a late comer finds the other half.
 */
export function toleranceUs(reserved: number): number {
  return Math.floor(reserved / 2);
}

/** Those who still share: seen within the window, or owing. Who was seen ahead of the clock moves back with it. */
export function stillSharing(sharers: readonly Sharer[], nowUs: number): Sharer[] {
  return sharers
    .map((sharer) => {
      const backUs = Math.max(0, sharer.seenUs - nowUs);
      return { ...sharer, seenUs: sharer.seenUs - backUs, fairTatUs: sharer.fairTatUs - backUs };
    })
    .filter(({ seenUs, fairTatUs }) => seenUs > nowUs - shareWindowUs || fairTatUs > nowUs);
}

/** Marks the consumer as seen among those who share, and returns its entry. */
export function seeSharer(sharers: Sharer[], consumer: string, weight: number, nowUs: number): Sharer {
  const known = sharers.find((sharer) => sharer.consumer === consumer);
  if (known) {
    known.seenUs = nowUs;
    known.weight = weight;
    return known;
  }
  const sharer: Sharer = { consumer, fairTatUs: nowUs, seenUs: nowUs, weight };
  if (sharers.length < sharersMax) sharers.push(sharer);
  else {
    const stalest = Math.min(...sharers.map(({ seenUs }) => seenUs));
    sharers[sharers.findIndex(({ seenUs }) => seenUs === stalest)] = sharer;
  }
  return sharer;
}

/** Looks what the consumer's share of the provider's rate has for an ask of this cost. What it owes of a narrower limit is let go. */
export function roomInShare(
  sharer: Sharer,
  sharers: readonly Sharer[],
  limit: RateLimit,
  { cost, below, nowUs }: { readonly cost: number; readonly below: number; readonly nowUs: number },
): ShareRoom {
  const weights = sharers.reduce((sum, { weight }) => sum + weight, 0);
  const stepUs = Math.ceil((limit.intervalUs * Math.min(cost, limit.burst) * weights) / sharer.weight);
  // One ask always fits, also where the whole tolerance is worth less than one.
  const aheadUs = Math.max(toleranceUs(reservedUs(limit, below)), stepUs);
  // Nobody owes more than a full bucket at its share: after the limit was widened, the wait is by the wider one.
  const owedMaxUs = Math.ceil((spanOf(limit) * weights) / sharer.weight);
  sharer.fairTatUs = Math.min(sharer.fairTatUs, nowUs + owedMaxUs);
  const fairTatUs = Math.max(nowUs, sharer.fairTatUs);
  const nextFairTatUs = fairTatUs + stepUs;
  return {
    weights,
    nextFairTatUs,
    waitUs: Math.max(0, nextFairTatUs - nowUs - aheadUs),
    resetUs: fairTatUs - nowUs,
  };
}

/** A share as a limit of its own, for the one who is refused by it: what it lets through at once, and in which time. */
export function shareAsLimit(
  limit: RateLimit,
  { weight, below, weights }: { readonly weight: number; readonly below: number; readonly weights: number },
): { readonly limit: number; readonly windowUs: number } {
  const unitUs = Math.ceil((limit.intervalUs * weights) / weight);
  const burst = Math.max(1, Math.floor(toleranceUs(reservedUs(limit, below)) / unitUs));
  return { limit: burst, windowUs: burst * unitUs };
}
