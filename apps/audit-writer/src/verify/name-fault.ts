import { ExchangeReceived } from '@ssp/contracts';
import { chainDigest } from '../hash-chain.ts';
import { type Chain, type ChainRow, type PartitionSource } from './chain-source.ts';

export type NamedFault = {
  readonly kind: 'altered' | 'missing' | 'repeated' | 're-ordered';
  readonly offset: bigint;
  readonly detail: string;
};

/**
 * Says what has become of a row whose digest does not follow from `previous`, the digest of the row before it at
 * `lastOffset`. Walks the chain once more, to look for what should stand there and for what stands there twice.
 */
export async function nameFault(
  source: PartitionSource,
  chain: Chain,
  row: ChainRow,
  previous: Buffer,
  lastOffset: bigint | null,
): Promise<NamedFault> {
  const { offset } = row;
  const missing = await missingUrl(source, chain, lastOffset, offset);
  if (missing !== null) return { kind: 'missing', offset: missing, detail: 'the event has no full URL' };
  let twin: bigint | null = null;
  let displaced: bigint | null = null;
  for await (const other of chain.rows()) {
    if (other.offset === offset) continue;
    const moved = chainDigest(previous, { ...source, offset }, other.texts);
    if (moved.equals(row.digest) || moved.equals(other.digest)) {
      return { kind: 're-ordered', offset, detail: `what was here stands at offset ${other.offset}` };
    }
    if (twin === null && isSame(other, row)) twin = other.offset;
    if (source.isPart && follows(source, other, previous)) displaced = other.offset;
  }
  if (twin !== null) return { kind: 'repeated', offset, detail: `the same stands at offset ${twin}` };
  if (displaced !== null)
    return { kind: 're-ordered', offset: displaced, detail: `it stands behind offset ${offset}` };
  return { kind: 'altered', offset, detail: 'its digest does not follow from it and the row before it' };
}

/** Every received event has a full URL. Gives the first event between two offsets of the URL chain; null outside of that chain. */
export async function missingUrl(
  { topic, chains }: PartitionSource,
  { kind }: Chain,
  after: bigint | null,
  before: bigint,
): Promise<bigint | null> {
  const events = chains.find((chain) => chain.kind === 'event');
  if (kind !== 'url' || topic !== ExchangeReceived.topic || !events) return null;
  for await (const { offset } of events.rows()) {
    if (offset >= before) return null;
    if (after === null || offset > after) return offset;
  }
  return null;
}

function follows(source: PartitionSource, { offset, texts, digest }: ChainRow, previous: Buffer): boolean {
  return chainDigest(previous, { ...source, offset }, texts).equals(digest);
}

function isSame(one: ChainRow, other: ChainRow): boolean {
  return one.texts.length === other.texts.length && one.texts.every((text, at) => text === other.texts[at]);
}
