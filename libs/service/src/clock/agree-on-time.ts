/** What the time is by a source at one moment: within `boundMs` of `leadMs`. */
export type TimeTelling = { readonly source: string; readonly leadMs: number; readonly boundMs: number };

export type TimeAgreement = {
  readonly leadMs: number;
  readonly boundMs: number;
  readonly agreeing: ReadonlySet<string>;
};

/**
 * The time on which more than half of all `sources` agree, also counting those that tell nothing; null where there is none. Each source's telling is a stretch of time
 * in which the true one should lie, so the truth is where most of them overlap (Marzullo). Where that is in two places, as when a third overlaps each of two that
 * are apart, nobody can say who is wrong, and all the stretch between counts.
 */
export function agreeOnTime(tellings: readonly TimeTelling[], sources: number): TimeAgreement | null {
  const stretches = tellings.map(({ source, leadMs, boundMs }) => ({
    source,
    from: leadMs - boundMs,
    to: leadMs + boundMs,
  }));
  const countAt = (ms: number) => stretches.filter(({ from, to }) => from <= ms && ms <= to).length;
  const ends = stretches.flatMap(({ from, to }) => [from, to]);
  const most = Math.max(0, ...ends.map(countAt));
  if (most * 2 <= sources) return null;
  const best = ends.filter((ms) => countAt(ms) === most);
  const [first, last] = [Math.min(...best), Math.max(...best)];
  const agreeing = stretches.filter(({ from, to }) => from <= last && to >= first);
  return {
    leadMs: (first + last) / 2,
    boundMs: (last - first) / 2,
    agreeing: new Set(agreeing.map(({ source }) => source)),
  };
}
