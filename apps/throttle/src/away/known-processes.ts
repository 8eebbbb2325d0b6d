/** How many processes count together, as far as this one knows. */
export type KnownProcesses = {
  readonly count: number;
  /** Fewer have been alive since then; the most of them. Null where the count was confirmed last. */
  readonly fewer: { readonly count: number; readonly sinceMs: number } | null;
};

/**
 * Takes in how many are alive. More is believed at once, fewer only after `settleMs` without a gap: after Redis was lost the
 * others have not told yet that they live.
 */
export function heardOf(
  known: KnownProcesses,
  alive: number,
  { nowMs, settleMs }: { readonly nowMs: number; readonly settleMs: number },
): KnownProcesses {
  if (alive >= known.count) return { count: alive, fewer: null };
  const fewer = {
    count: Math.max(alive, known.fewer?.count ?? 0),
    sinceMs: known.fewer?.sinceMs ?? nowMs,
  };
  return nowMs - fewer.sinceMs >= settleMs ? { count: fewer.count, fewer: null } : { ...known, fewer };
}

/** Keeps the count while nothing is heard. */
export function heardNothing({ count }: KnownProcesses): KnownProcesses {
  return { count, fewer: null };
}
