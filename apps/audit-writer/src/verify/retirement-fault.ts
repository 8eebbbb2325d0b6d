import { type KnownKeys } from '../key-change.ts';
import { retirementStatement } from '../retire/retirement.ts';
import { type PartitionSource } from './chain-source.ts';
import { type Fault } from './fault.ts';
import { signerFault } from './signer-fault.ts';

/** The first of a partition's retirements that no known key has signed. That they fit the rows is seen when the chains are walked. */
export function retirementFault(
  { topic, partition, retirements }: PartitionSource,
  keys: KnownKeys,
): Fault | null {
  for (const { signature, ...retirement } of retirements) {
    const signed = { statement: retirementStatement(retirement), signature };
    const detail = signerFault(signed, retirement, keys);
    if (detail === null) continue;
    const offset = retirement.firstOffset;
    return { topic, partition, of: 'retirement', kind: 'not signed by a known key', offset, detail };
  }
  return null;
}
