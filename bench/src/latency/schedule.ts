/** How requests arrive: evenly spaced, or by chance as from many consumers who know nothing of each other. */
export const arrivalKinds = ['fixed', 'poisson'] as const;
export type Arrivals = (typeof arrivalKinds)[number];

/**
 * When each of `count` requests is to be sent, in milliseconds from the start: known before the first is sent, so that a
 * slow answer delays none of the following. `random` gives numbers from 0 to below 1.
 */
export function schedule(
  arrivals: Arrivals,
  perSecond: number,
  count: number,
  random: () => number,
): readonly number[] {
  const spacingMs = 1_000 / perSecond;
  if (arrivals === 'fixed') return Array.from({ length: count }, (_, index) => index * spacingMs);
  let dueMs = 0;
  return Array.from({ length: count }, () => {
    // The gaps of a Poisson process are exponentially distributed.
    dueMs += -Math.log(1 - random()) * spacingMs;
    return dueMs;
  });
}
