const MINUTE_MS = 60_000;

/** Enough to be worth a statement, and so few that it ends in seconds. */
const exchangesWished = 100_000;

export const firstSliceMs = 10 * MINUTE_MS;

/** How long the next slice of a period should be, between a minute and an hour, after one that held so many exchanges. */
export function nextSliceMs(sliceMs: number, exchanges: number): number {
  // By steps, so that one quiet slice does not make the next too long.
  const wished = sliceMs * Math.min(Math.max(exchangesWished / Math.max(exchanges, 1), 0.25), 4);
  return Math.round(Math.min(Math.max(wished, MINUTE_MS), 60 * MINUTE_MS));
}
