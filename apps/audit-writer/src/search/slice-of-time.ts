const MINUTE_MS = 60_000;

/** Enough to be worth a statement, and so few that it ends in seconds. */
const exchangesWished = 100_000;

const firstSliceMs = 10 * MINUTE_MS;

/** Works through a period in slices of time, each as long as suits what the one before held: `work` tells how many exchanges. */
export async function sliceBySlice(
  { since, until }: { readonly since: Date; readonly until: Date },
  work: (slice: { readonly since: Date; readonly until: Date }) => Promise<number>,
): Promise<void> {
  const untilMs = until.getTime();
  let sinceMs = since.getTime();
  let sliceMs = firstSliceMs;
  while (sinceMs < untilMs) {
    const nextMs = Math.min(sinceMs + sliceMs, untilMs);
    sliceMs = nextSliceMs(sliceMs, await work({ since: new Date(sinceMs), until: new Date(nextMs) }));
    sinceMs = nextMs;
  }
}

/** How long the next slice of a period should be, between a minute and an hour, after one that held so many exchanges. */
export function nextSliceMs(sliceMs: number, exchanges: number): number {
  // By steps, so that one quiet slice does not make the next too long.
  const wished = sliceMs * Math.min(Math.max(exchangesWished / Math.max(exchanges, 1), 0.25), 4);
  return Math.round(Math.min(Math.max(wished, MINUTE_MS), 60 * MINUTE_MS));
}
