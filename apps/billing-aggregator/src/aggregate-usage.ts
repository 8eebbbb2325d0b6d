import { type Usage } from './usage-of.ts';

/** The sum of exchanges that share hour, parties, interaction and outcome. */
export type UsageSum = Pick<
  Usage,
  | 'hour'
  | 'supplier'
  | 'providerOds'
  | 'providerAsid'
  | 'consumerOds'
  | 'consumerAsid'
  | 'interaction'
  | 'outcome'
> & {
  requests: number;
  billable: number;
  requestBytes: number;
  responseBytes: number;
  providerTimed: number;
  providerUs: number;
  providerUsMax: number;
  totalUs: number;
};

/**
 * Adds exchanges up. The sums come in one fixed order, so that two processes that store sums of the same keys lock
 * the rows in that order and cannot block each other for ever.
 */
export function aggregateUsage(usages: Iterable<Usage>): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const usage of usages) {
    const key = keyOf(usage);
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = emptySum(usage);
      sums.set(key, sum);
    }
    sum.requests += 1;
    sum.billable += usage.isBillable ? 1 : 0;
    sum.requestBytes += usage.requestBytes;
    sum.responseBytes += usage.responseBytes;
    sum.totalUs += usage.totalUs;
    if (usage.providerUs !== null) {
      sum.providerTimed += 1;
      sum.providerUs += usage.providerUs;
      sum.providerUsMax = Math.max(sum.providerUsMax, usage.providerUs);
    }
  }
  return Array.from(sums)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, sum]) => sum);
}

/** No part holds a control character, so the line break keeps them apart. */
function keyOf(usage: Usage): string {
  const { hour, supplier, providerOds, providerAsid, consumerOds, consumerAsid, interaction, outcome } =
    usage;
  return `${hour}\n${supplier}\n${providerOds}\n${providerAsid}\n${consumerOds}\n${consumerAsid}\n${interaction}\n${outcome}`;
}

function emptySum(usage: Usage): UsageSum {
  const { hour, supplier, providerOds, providerAsid, consumerOds, consumerAsid, interaction, outcome } =
    usage;
  return {
    hour,
    supplier,
    providerOds,
    providerAsid,
    consumerOds,
    consumerAsid,
    interaction,
    outcome,
    requests: 0,
    billable: 0,
    requestBytes: 0,
    responseBytes: 0,
    providerTimed: 0,
    providerUs: 0,
    providerUsMax: 0,
    totalUs: 0,
  };
}
