import { type Checkpoint, checkpointStatement, type SignedCheckpoint } from '../checkpoint.ts';
import { type KnownKeys } from '../key-change.ts';
import { statementHash } from '../statement.ts';
import { type PartitionSource } from './chain-source.ts';
import { type Fault } from './fault.ts';
import { signerFault } from './signer-fault.ts';

type Finding = Pick<Fault, 'of' | 'kind' | 'offset' | 'detail'>;

/**
 * The first fault of a partition's checkpoints: who signed them, whether each is linked to the one before, and whether the
 * records put aside are those that they tell of. Without `keys` signatures are not looked at.
 */
export async function checkpointFault(
  source: PartitionSource,
  keys: KnownKeys | null,
  onCheckpoint: () => void,
): Promise<Fault | null> {
  const { topic, partition } = source;
  let last: Checkpoint | null = null;
  for await (const checkpoint of source.checkpoints()) {
    onCheckpoint();
    const found =
      (keys && signatureFault(checkpoint, keys)) ??
      linkFault(source, checkpoint, last) ??
      (await putAsideFault(source, checkpoint));
    if (found) return { topic, partition, ...found };
    if (checkpoint.link) last = checkpoint;
  }
  return null;
}

function signatureFault(checkpoint: SignedCheckpoint, keys: KnownKeys): Finding | null {
  const { nextOffset: offset, link, signature, at } = checkpoint;
  const signed = { statement: checkpointStatement(checkpoint), signature };
  const detail = signerFault(signed, { keyId: link?.keyId ?? null, at }, keys);
  return detail === null ? null : { of: 'checkpoint', kind: 'not signed by a known key', offset, detail };
}

function linkFault(
  source: PartitionSource,
  { link, nextOffset: offset }: Checkpoint,
  last: Checkpoint | null,
): Finding | null {
  if (!link) return null;
  if (last?.nextOffset !== link.since && !source.holdsCheckpointAt(link.since)) return null;
  const previous = last ? statementHash(checkpointStatement(last)) : Buffer.alloc(32);
  if (link.previous.equals(previous) && (!last || last.nextOffset === link.since)) return null;
  const detail = `the one that ended at ${link.since}, to which that of ${offset} is linked, is not there`;
  return { of: 'checkpoint', kind: 'missing', offset: link.since, detail };
}

async function putAsideFault(
  source: PartitionSource,
  { link, nextOffset }: Checkpoint,
): Promise<Finding | null> {
  if (!link) return null;
  const root = await source.putAsideRoot(link.since, nextOffset);
  const detail = `one of the records put aside between here and offset ${nextOffset} is not as it was`;
  return root.equals(link.putAsideRoot)
    ? null
    : { of: 'record put aside', kind: 'altered', offset: link.since, detail };
}
