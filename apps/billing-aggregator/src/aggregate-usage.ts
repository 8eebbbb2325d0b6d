import { Sketch } from './sketch.ts';
import { type UsageNames } from './usage-key.ts';
import { type Usage } from './usage-of.ts';

/** The sum of exchanges that share hour, parties, interaction and outcome. */
export type UsageSum = {
  readonly hour: string;
  readonly key: bigint;
  readonly names: UsageNames;
  requests: number;
  billable: number;
  requestBytes: number;
  responseBytes: number;
  /** Those whose provider time is known; of these the times, and what the proxy took beside them. */
  providerTimed: number;
  providerUs: number;
  providerUsMax: number;
  ownUs: number;
  totalUs: number;
  readonly providerTimes: Sketch;
  readonly ownTimes: Sketch;
};

/**
 * Adds exchanges up. The sums come in one fixed order, so that two processes that store sums of the same keys lock
 * the rows in that order and cannot block each other for ever.
 */
export function aggregateUsage(usages: Iterable<Usage>): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const usage of usages) {
    const place = `${usage.hour}${usage.key}`;
    let sum = sums.get(place);
    if (sum === undefined) {
      sum = emptySum(usage);
      sums.set(place, sum);
    }
    sum.requests += 1;
    sum.billable += usage.isBillable ? 1 : 0;
    sum.requestBytes += usage.requestBytes;
    sum.responseBytes += usage.responseBytes;
    sum.totalUs += usage.totalUs;
    if (usage.providerUs !== null) {
      // The two are measured apart, and each is rounded.
      const ownUs = Math.max(0, usage.totalUs - usage.providerUs);
      sum.providerTimed += 1;
      sum.providerUs += usage.providerUs;
      sum.providerUsMax = Math.max(sum.providerUsMax, usage.providerUs);
      sum.ownUs += ownUs;
      sum.providerTimes.add(usage.providerUs);
      sum.ownTimes.add(ownUs);
    }
  }
  return [...sums.values()].toSorted(byPlace);
}

function byPlace(left: UsageSum, right: UsageSum): number {
  if (left.hour !== right.hour) return left.hour < right.hour ? -1 : 1;
  return left.key < right.key ? -1 : 1;
}

function emptySum({ hour, key, ...usage }: Usage): UsageSum {
  const { supplier, providerOds, providerAsid, consumerOds, consumerAsid, interaction, outcome } = usage;
  return {
    hour,
    key,
    names: { supplier, providerOds, providerAsid, consumerOds, consumerAsid, interaction, outcome },
    requests: 0,
    billable: 0,
    requestBytes: 0,
    responseBytes: 0,
    providerTimed: 0,
    providerUs: 0,
    providerUsMax: 0,
    ownUs: 0,
    totalUs: 0,
    providerTimes: new Sketch(),
    ownTimes: new Sketch(),
  };
}
