import { type Queryable } from '../queryable.ts';
import { repeatReason } from '../read-records.ts';
import { numberIn, numberOf } from './numbered.ts';

const pageRows = 5_000;
const asidePageRows = 200;

/** A number that the audit holds, and where. */
export type StoredNumber = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly source: string;
  readonly number: number;
  /** Null for what is put aside, as no event. */
  readonly occurredAt: Date | null;
};

type EventRow = {
  readonly offset: string;
  readonly occurredAt: Date;
  readonly source: string;
  readonly sequence: string | null;
};

type Partition = { readonly topic: string; readonly partition: number; readonly nextOffset: string };

/** Every event as its body has it, and null for one without a number. */
export async function* storedNumbers(db: Queryable): AsyncGenerator<StoredNumber | null> {
  const { rows: partitions } = await db.query<Partition>(
    'select topic, partition, next_offset as "nextOffset" from audit.consumer_offset order by topic, partition',
  );
  for (const { topic, partition, nextOffset } of partitions) {
    let after: readonly (string | Date)[] = ['-1', '-infinity'];
    for (;;) {
      const { rows } = await db.query<EventRow>(
        `select "offset", occurred_at as "occurredAt", body ->> 'source' as source, body ->> 'sequence' as sequence
         from audit.event
         where topic = $1 and partition = $2 and ("offset", occurred_at) > ($3, $4) and "offset" < $5
         order by "offset", occurred_at limit $6`,
        [topic, partition, ...after, nextOffset, pageRows],
      );
      for (const { offset, occurredAt, source, sequence } of rows) {
        const numbered = numberOf({ source, sequence: sequence ?? undefined });
        yield numbered && { topic, partition, offset, occurredAt, ...numbered };
      }
      const last = rows.at(-1);
      if (!last) break;
      after = [last.offset, last.occurredAt];
    }
  }
}

/** The numbers that can be read of what is put aside for another reason than being a repeat. */
export async function* numbersPutAside(db: Queryable): AsyncGenerator<StoredNumber> {
  let after: readonly (string | number)[] = ['', -1, '-1'];
  for (;;) {
    const { rows } = await db.query<Omit<Partition, 'nextOffset'> & { offset: string; bytes: Buffer }>(
      `select topic, partition, "offset", bytes from audit.quarantine
       where (topic, partition, "offset") > ($1, $2, $3) and reason <> $4
       order by topic, partition, "offset" limit $5`,
      [...after, repeatReason, asidePageRows],
    );
    for (const { bytes, ...place } of rows) {
      const numbered = numberIn(bytes);
      if (numbered) yield { ...place, occurredAt: null, ...numbered };
    }
    const last = rows.at(-1);
    if (!last) return;
    after = [last.topic, last.partition, last.offset];
  }
}
