import { type KnownKeys } from '../key-change.ts';
import { type ChainSource, type HeadlessPartition, type PartitionSource } from './chain-source.ts';
import { checkpointFault } from './checkpoint-faults.ts';
import { type Fault } from './fault.ts';
import { retirementFault } from './retirement-fault.ts';
import { walkChain } from './walk-chain.ts';

/** How far a verification has come. */
export type Progress = {
  readonly topic: string;
  readonly partition: number;
  /** Rows of every chain so far, of all partitions. */
  readonly rows: number;
  readonly checkpoints: number;
};

/** What was looked at, and the first fault of each chain, in the order of topics, partitions and offsets. */
export type Verification = {
  readonly partitions: number;
  readonly rows: number;
  readonly checkpoints: number;
  /** Rows that are said to have been dropped, being beyond their retention. */
  readonly retired: number;
  readonly faults: readonly Fault[];
};

/**
 * Computes every chain anew and compares it with its head and its checkpoints. Without `keys` the checkpoints' signatures are not looked at. `onProgress` is called for each row.
 */
export async function verifyAudit(
  source: ChainSource,
  keys: KnownKeys | null,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Verification> {
  const faults: Fault[] = [];
  const seen = { partitions: 0, rows: 0, checkpoints: 0, retired: 0 };
  for await (const found of source.partitions()) {
    const { topic, partition } = found;
    seen.partitions += 1;
    if (!('chains' in found)) {
      faults.push(headless(found));
      continue;
    }
    const forged = await checkpointFault(found, keys, () => (seen.checkpoints += 1));
    if (forged) faults.push(forged);
    const unsigned = keys && retirementFault(found, keys);
    if (unsigned) faults.push(unsigned);
    for (const { rows } of found.retirements) seen.retired += rows;
    for (const chain of found.chains) {
      const fault = await walkChain(found, chain, () => {
        seen.rows += 1;
        onProgress({ topic, partition, rows: seen.rows, checkpoints: seen.checkpoints });
      });
      if (fault) faults.push(fault);
    }
    const beyond = await beyondFault(found);
    if (beyond) faults.push(beyond);
  }
  return { ...seen, faults };
}

async function beyondFault(source: PartitionSource): Promise<Fault | null> {
  const { topic, partition } = source;
  const offset = await source.findBeyond();
  const detail = 'rows or a checkpoint tell of more than the partition is said to hold';
  return offset === null ? null : { topic, partition, of: 'chain head', kind: 'altered', offset, detail };
}

function headless({ topic, partition }: HeadlessPartition): Fault {
  const detail = 'the tables know of the partition, but not what its chains have come to';
  return { topic, partition, of: 'chain head', kind: 'missing', offset: 0n, detail };
}
