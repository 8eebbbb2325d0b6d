import { type Found } from './found.ts';
import { differingKeys, type KeySum, type KeySums, nothing } from './key-sums.ts';

/** How the sums that are paid by differ from what they should be, key by key. */
export function sumDifferences(
  usage: KeySums,
  due: KeySums,
  dueIsOf: 'the ledger' | 'the audit',
  nameOf: (key: bigint) => string,
): readonly Found[] {
  return differingKeys(usage, due).map((key) => {
    const [has, should] = [usage.get(key) ?? nothing, due.get(key) ?? nothing];
    const about = `the usage of ${nameOf(key)} has ${tell(has)}; ${dueIsOf} has ${tell(should)}`;
    return { kind: kindOf(has, should), internalId: null, traceId: null, about };
  });
}

function kindOf(has: KeySum, should: KeySum): Found['kind'] {
  if (has.requests === should.requests) return 'altered';
  return has.requests > should.requests ? 'doubled' : 'lost';
}

function tell({ requests, billable, requestBytes, responseBytes }: KeySum): string {
  return `${requests} requests, ${billable} billable, ${requestBytes} and ${responseBytes} bytes`;
}
