import { chainDigest } from '../hash-chain.ts';
import { type Retirement } from '../retire/retirement.ts';
import { type Chain, type ChainRow, type PartitionSource } from './chain-source.ts';
import { chainSteps } from './chain-steps.ts';
import { columnFault } from './column-fault.ts';
import { type Fault } from './fault.ts';
import { type Contradiction, Milestones } from './milestones.ts';
import { missingUrl, nameFault } from './name-fault.ts';

type Finding = Pick<Fault, 'kind' | 'offset' | 'detail'> & { readonly of?: Fault['of'] };

/** Computes a chain anew from its rows; `onRow` is called for each. Gives the first fault in the order of offsets. */
export async function walkChain(
  source: PartitionSource,
  chain: Chain,
  onRow: () => void,
): Promise<Fault | null> {
  const { topic, partition } = source;
  const found = await findFault(source, chain, onRow);
  return found && { topic, partition, of: chain.kind === 'event' ? 'event' : 'full URL', ...found };
}

async function findFault(source: PartitionSource, chain: Chain, onRow: () => void): Promise<Finding | null> {
  const milestones = new Milestones(source.checkpoints(), chain.kind);
  const offsets = new Offsets(source, chain);
  let digest = chain.start;
  for await (const { row, retired } of chainSteps(chain, source.retirements)) {
    if (retired) {
      const unfit = await unfitRetirement(source, chain, retired, { milestones, offsets, digest });
      if (unfit) return unfit;
      await milestones.skipTo(retired.nextOffset - 1n);
      offsets.passRetired(retired.nextOffset);
      digest = retired.digestAfter;
      continue;
    }
    onRow();
    const leap = source.isPart ? offsets.leapOver(row) : null;
    if (leap) {
      const contradicted = offsets.last === null ? null : await milestones.pass(offsets.last + 1n, digest);
      if (contradicted) return rewritten(contradicted);
      await milestones.skipTo(leap.offset);
      offsets.leapTo(leap.offset);
      digest = leap.digest;
    }
    const misplaced = offsets.faultAt(row.offset);
    if (misplaced) return orderFault(source, chain, misplaced);
    const contradiction = await milestones.pass(row.offset, digest);
    if (contradiction)
      return (await urlGap(source, chain, offsets.last, row.offset)) ?? rewritten(contradiction);
    const proper = chainDigest(digest, { ...source, offset: row.offset }, row.texts);
    if (!proper.equals(row.digest))
      return orderFault(source, chain, await nameFault(source, chain, row, digest, offsets.last));
    const said = columnsSay(source, row);
    if (said !== null) return { kind: 'altered', offset: row.offset, detail: said };
    digest = proper;
    offsets.pass(row.offset);
  }
  const isWhole = digest.equals(chain.head);
  const cut = offsets.faultAt(source.nextOffset, 'end');
  const gap = cut ?? (isWhole ? null : await urlGap(source, chain, offsets.last, source.nextOffset));
  if (gap) return gap;
  const end = source.isPart && offsets.last !== null ? offsets.last + 1n : source.nextOffset;
  const contradiction = await milestones.pass(end, digest);
  if (contradiction) return rewritten(contradiction);
  return isWhole
    ? null
    : {
        of: 'chain head',
        kind: 'altered',
        offset: source.nextOffset,
        detail: 'the rows do not end in what the chain is said to have come to',
      };
}

/** A run that was dropped stands where its rows stood, and follows from the row before it. */
async function unfitRetirement(
  source: PartitionSource,
  chain: Chain,
  { firstOffset, digestBefore }: Retirement,
  {
    milestones,
    offsets,
    digest,
  }: { readonly milestones: Milestones; readonly offsets: Offsets; readonly digest: Buffer },
): Promise<Finding | null> {
  const misplaced = offsets.faultAt(firstOffset);
  if (misplaced) return misplaced;
  const contradiction = await milestones.pass(firstOffset, digest);
  if (!contradiction && digestBefore.equals(digest)) return null;
  const gap = await urlGap(source, chain, offsets.last, firstOffset);
  if (gap ?? contradiction) return gap ?? (contradiction && rewritten(contradiction));
  const detail = 'what was dropped from here on does not follow from the row before it';
  return { of: 'retirement', kind: 'altered', offset: firstOffset, detail };
}

async function urlGap(
  source: PartitionSource,
  chain: Chain,
  last: bigint | null,
  before: bigint,
): Promise<Finding | null> {
  const offset = await missingUrl(source, chain, last, before);
  return offset === null ? null : { kind: 'missing', offset, detail: 'the event has no full URL' };
}

function rewritten({ from, below }: Contradiction): Finding {
  return {
    kind: 'altered',
    offset: from,
    detail: `between here and offset ${below}, and digests with it: a signed checkpoint contradicts them`,
  };
}

function columnsSay(
  { topic, columnsSince }: PartitionSource,
  { offset, columns, texts: [body = ''] }: ChainRow,
): string | null {
  return columns && columnFault(topic, body, columns, offset < columnsSince);
}

/** Where rows have an order of their own, as in files, what is missed may merely stand in the wrong place. */
async function orderFault({ isPart }: PartitionSource, chain: Chain, misplaced: Finding): Promise<Finding> {
  if (!isPart || misplaced.kind !== 'missing') return misplaced;
  for await (const { offset } of chain.rows()) {
    if (offset === misplaced.offset)
      return { kind: 're-ordered', offset, detail: 'it stands behind rows that follow it' };
  }
  return misplaced;
}

/** Where rows may stand. Events follow each other without a gap; full URLs are as far apart as they like. */
class Offsets {
  readonly #source: PartitionSource;
  readonly #isDense: boolean;
  #expected: bigint | null;
  #retiredBelow = 0n;
  last: bigint | null = null;

  constructor(source: PartitionSource, { kind }: Chain) {
    this.#source = source;
    this.#isDense = kind === 'event';
    this.#expected = this.#isDense ? source.firstOffset : null;
  }

  faultAt(offset: bigint, place: 'row' | 'end' = 'row'): Finding | null {
    const { isPutAside } = this.#source;
    if (offset < this.#retiredBelow && place === 'row')
      return { kind: 'put in', offset, detail: 'what stood here has been dropped, as is signed' };
    if (offset === this.last) return { kind: 'repeated', offset, detail: 'two rows stand at this offset' };
    if (this.#expected !== null) {
      while (isPutAside(this.#expected)) this.#expected += 1n;
      if (offset > this.#expected)
        return { kind: 'missing', offset: this.#expected, detail: 'no row stands at this offset' };
      if (offset < this.#expected && place === 'row' && !isPutAside(offset))
        return this.last === null
          ? { kind: 'put in', offset, detail: 'events began later' }
          : { kind: 're-ordered', offset, detail: 'it stands behind rows that follow it' };
    }
    return place === 'row' && isPutAside(offset)
      ? { kind: 'put in', offset, detail: 'the record at this offset was no event' }
      : null;
  }

  /** The predecessor of a row that follows one of elsewhere, beyond the last that was here; null for any other row. */
  leapOver({ follows }: ChainRow): { readonly offset: bigint; readonly digest: Buffer } | null {
    if (follows === null || follows.offset === null) return null;
    const isBeyond = this.last === null || follows.offset > this.last;
    return isBeyond ? { offset: follows.offset, digest: follows.digest } : null;
  }

  /** Expects what comes behind an offset next. */
  leapTo(offset: bigint): void {
    if (this.#isDense) this.#expected = offset + 1n;
  }

  pass(offset: bigint): void {
    this.last = offset;
    if (this.#isDense) this.#expected = offset + 1n;
  }

  passRetired(nextOffset: bigint): void {
    this.#retiredBelow = nextOffset;
    this.pass(nextOffset - 1n);
  }
}
