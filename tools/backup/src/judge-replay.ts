/** Where a service reads on in a partition, and what Kafka has of it. */
export type ReplayPlace = {
  /** Whose effects: the schema that keeps the offset beside them. */
  readonly schema: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  /** Null where Kafka has no such partition. */
  readonly kafka: { readonly first: bigint; readonly end: bigint } | null;
};

export type ReplayJudgement = {
  readonly state: 'whole' | 'gone' | 'replaced';
  /** Records to be read again, or that no longer can be. */
  readonly records: bigint;
  /** For people. */
  readonly says: string;
};

/** Tells whether what a database has not taken in yet can still be read. */
export function judgeReplay({ nextOffset, kafka }: ReplayPlace): ReplayJudgement {
  if (kafka === null || kafka.end < nextOffset) {
    const end = kafka === null ? 'is not there' : `ends at ${kafka.end}`;
    return {
      state: 'replaced',
      records: 0n,
      says: `was read up to ${nextOffset}, and ${end}: another topic under this name, or a database from another platform; where Kafka was lost whole: npm run backup -- advance`,
    };
  }
  if (kafka.first > nextOffset) {
    const records = kafka.first - nextOffset;
    return {
      state: 'gone',
      records,
      says: `${records} records from ${nextOffset} on are no longer in Kafka: take a later backup or more of the WAL, or they are lost`,
    };
  }
  const records = kafka.end - nextOffset;
  return { state: 'whole', records, says: `is read on from ${nextOffset}: ${records} records` };
}
