import { addedLatency } from '../latency/added-latency.ts';
import { type LatencyFindings } from '../latency/measure-latency.ts';
import { type Round } from '../measure-round.ts';
import { aloneName, forwardingName, platformName, yardstickName } from '../systems.ts';
import { median } from './median.ts';

/** One figure with its range over the rounds, and what it is to stay within; null for one that only tells. */
export type Aim = {
  readonly name: string;
  readonly unit: string;
  readonly atMost: number | null;
  readonly value: number;
  readonly least: number;
  readonly most: number;
};

const aimsInFlight = 32;

/** CPU time of the edge's own process, and its ratios to rivals in the same round. */
export function costAims(costs: readonly Round[]): readonly Aim[] {
  const of = (system: string) =>
    costs.filter((round) => round.system.name === system && round.inFlight === aimsInFlight);
  const edge = of(platformName).map(({ ownUs }) => ownUs.get('edge') ?? Number.NaN);
  if (edge.length === 0) return [];
  const sums = (system: string) => of(system).map(({ sumUs }) => sumUs);
  const ratios = (above: readonly number[], system: string) => {
    const below = sums(system);
    return above.map((us, turn) => us / (below[turn] ?? Number.NaN));
  };
  const whose = `${aimsInFlight} in flight`;
  return [
    aim(`edge's own process per governed request, ${whose}`, 'µs', 211, edge),
    aim(`… ÷ nginx alone`, '', null, ratios(edge, aloneName)),
    aim(`… ÷ ${yardstickName}`, '', null, ratios(edge, yardstickName)),
    aim(`forwarding alone ÷ nginx alone, ${whose}`, '', 3, ratios(sums(forwardingName), aloneName)),
  ];
}

/** What the platform adds for whoever waits. */
export function latencyAims({ turns, perSecond }: LatencyFindings): readonly Aim[] {
  const limits = [
    ['p50', 2],
    ['p99', 10],
  ] as const;
  return limits.map(([share, atMost]) => {
    const { addedMs, leastMs, mostMs } = addedLatency(turns, share);
    const name = `added latency at ${perSecond} requests/s, ${share}`;
    return { name, unit: 'ms', atMost, value: addedMs, least: leastMs, most: mostMs };
  });
}

function aim(name: string, unit: string, atMost: number | null, values: readonly number[]): Aim {
  return {
    name,
    unit,
    atMost,
    value: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
  };
}
