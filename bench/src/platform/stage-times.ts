/** Sum and number of a histogram's observations. */
export type Observed = { readonly seconds: number; readonly count: number };

/** The wall time of each stage that the edge measures itself, by its name; `whole` is the exchange. */
export type StageTimes = ReadonlyMap<string, Observed>;

/** Asks an edge's admin listener. */
export async function fetchStageTimes(adminUrl: string): Promise<StageTimes> {
  const response = await fetch(`${adminUrl}/metrics`);
  if (!response.ok) throw new Error(`${adminUrl}/metrics answered ${response.status}`);
  return parseStageTimes(await response.text());
}

/** Reads the edge's stage histograms from a page in Prometheus' text format. */
export function parseStageTimes(page: string): StageTimes {
  const times = new Map<string, Observed>();
  for (const line of page.split('\n')) {
    const match = /^ssp_edge_(?:stage|exchange)_seconds_(sum|count)(?:\{stage="(\w+)"\})? (\S+)$/.exec(line);
    if (match === null) continue;
    const [, field, stage = 'whole', value] = match;
    const known = times.get(stage) ?? { seconds: 0, count: 0 };
    times.set(
      stage,
      field === 'sum' ? { ...known, seconds: Number(value) } : { ...known, count: Number(value) },
    );
  }
  return times;
}

/** Mean milliseconds of each stage between two readings. */
export function meanStageMs(before: StageTimes, after: StageTimes): ReadonlyMap<string, number> {
  const none: Observed = { seconds: 0, count: 0 };
  return new Map(
    [...after].map(([stage, { seconds, count }]) => {
      const earlier = before.get(stage) ?? none;
      return [stage, ((seconds - earlier.seconds) / (count - earlier.count)) * 1_000];
    }),
  );
}
