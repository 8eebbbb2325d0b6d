/** One partition of a topic. */
export type BacklogPlace = { readonly topic: string; readonly partition: number };

export type PartitionBacklog = BacklogPlace & {
  /** Where writing goes on; null until that is known. */
  readonly nextOffset: bigint | null;
  /** What Kafka holds and the tables do not. */
  readonly events: number;
};

type Known = BacklogPlace & {
  nextOffset: bigint | null;
  first: bigint;
  end: bigint;
  /** Where the partition ended at which time, in that order; what lay before the last that is written is forgotten. */
  marks: { readonly end: bigint; readonly atMs: number }[];
  /** When the record at this offset came to Kafka. */
  arrived: { readonly offset: bigint; readonly atMs: number } | null;
};

const MARKS_MAX = 2_000;

/** What is in Kafka and not yet written, and since when: from what was seen of both, so that it is known while either does not answer. */
export class Backlog {
  readonly #partitions = new Map<string, Known>();

  /** Takes what Kafka held at a time. */
  saw(place: BacklogPlace, bounds: { readonly first: bigint; readonly end: bigint }, atMs: number): void {
    const known = this.#of(place);
    known.first = bounds.first;
    known.end = bounds.end;
    if (known.marks.at(-1)?.end !== bounds.end) known.marks.push({ end: bounds.end, atMs });
    else if (known.nextOffset !== null && known.nextOffset >= bounds.end)
      known.marks = [{ end: bounds.end, atMs }];
    // Coarser marks make an age greater, never smaller.
    if (known.marks.length > MARKS_MAX) known.marks = known.marks.filter((_, at) => at % 2 === 0);
  }

  /** Takes when the first record of what is about to be written came to Kafka, and where the partition ends. */
  begins(
    place: BacklogPlace,
    arrived: { readonly offset: bigint; readonly atMs: number },
    end: bigint,
  ): void {
    const known = this.#of(place);
    known.arrived = arrived;
    if (known.end < end) known.end = end;
  }

  /** Takes up to where a partition is written. */
  wrote(place: BacklogPlace, nextOffset: bigint): void {
    const known = this.#of(place);
    if (known.nextOffset !== null && known.nextOffset >= nextOffset) return;
    known.nextOffset = nextOffset;
    const unwritten = known.marks.findIndex(({ end }) => end > nextOffset);
    known.marks = known.marks.slice(Math.max(0, unwritten === -1 ? known.marks.length - 1 : unwritten - 1));
  }

  partitions(): readonly PartitionBacklog[] {
    return [...this.#partitions.values()].map(({ topic, partition, nextOffset, ...known }) => {
      const events = Number(known.end - from({ nextOffset, ...known }));
      return { topic, partition, nextOffset, events: Math.max(0, events) };
    });
  }

  /** How long the oldest unwritten event has been in Kafka; 0 where all is written. Of what was there before the first look, since that look. */
  oldestMs(nowMs: number): number {
    const ages = [...this.#partitions.values()].map((known) => {
      const next = from(known);
      if (next >= known.end) return 0;
      if (known.arrived?.offset === next) return nowMs - known.arrived.atMs;
      const before = known.marks.findLast(({ end }) => end <= next) ?? known.marks[0];
      return before ? nowMs - before.atMs : 0;
    });
    return Math.max(0, ...ages);
  }

  #of({ topic, partition }: BacklogPlace): Known {
    const name = `${topic}/${partition}`;
    const known = this.#partitions.get(name) ?? {
      topic,
      partition,
      nextOffset: null,
      first: 0n,
      end: 0n,
      marks: [],
      arrived: null,
    };
    this.#partitions.set(name, known);
    return known;
  }
}

/** What Kafka has dropped can no longer be written. */
function from({ nextOffset, first }: Pick<Known, 'nextOffset' | 'first'>): bigint {
  return nextOffset === null || nextOffset < first ? first : nextOffset;
}
