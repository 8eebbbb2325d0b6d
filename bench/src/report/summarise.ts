import { type Round } from '../measure-round.ts';
import { median } from './median.ts';

/** The medians of all rounds of one system at one number of requests in flight. */
export type Summary = {
  readonly system: string;
  readonly inFlight: number;
  readonly ownUs: ReadonlyMap<string, number>;
  readonly besideUs: ReadonlyMap<string, number>;
  /** Median of the sums, which is not quite the sum of the medians. */
  readonly sumUs: number;
  readonly leastSumUs: number;
  readonly mostSumUs: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly stageMs: ReadonlyMap<string, number>;
};

/** Groups rounds by system and number in flight, in the order of their first appearance. */
export function summarise(rounds: readonly Round[]): readonly Summary[] {
  const groups = Map.groupBy(rounds, ({ system, inFlight }) => `${inFlight} ${system.name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sums = group.map(({ sumUs }) => sumUs);
    return [
      {
        system: first.system.name,
        inFlight: first.inFlight,
        ownUs: medians(group.map(({ ownUs }) => ownUs)),
        besideUs: medians(group.map(({ besideUs }) => besideUs)),
        sumUs: median(sums),
        leastSumUs: Math.min(...sums),
        mostSumUs: Math.max(...sums),
        perSecond: median(group.map(({ load }) => load.perSecond)),
        medianMs: median(group.map(({ load }) => load.medianMs)),
        p99Ms: median(group.map(({ load }) => load.p99Ms)),
        stageMs: medians(group.map(({ stageMs }) => stageMs)),
      },
    ];
  });
}

function medians(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const names = [...(maps[0]?.keys() ?? [])];
  return new Map(names.map((name) => [name, median(maps.map((map) => map.get(name) ?? 0))]));
}
