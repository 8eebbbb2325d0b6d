import { type Queryable } from '../queryable.ts';
import { type PartedRows } from './parted-rows.ts';

/** Few, since a record may be a megabyte. */
const PAGE_RECORDS = 20;

type PutAside = {
  readonly offset: string;
  readonly bytes: Buffer;
  readonly reason: string;
  readonly at: Date;
};

/** Writes the records that were put aside from `since` on and below `nextOffset`. */
export async function archivePutAside(
  db: Queryable,
  {
    topic,
    partition,
    since,
    nextOffset,
  }: {
    readonly topic: string;
    readonly partition: number;
    readonly since: bigint;
    readonly nextOffset: bigint;
  },
  files: PartedRows,
): Promise<void> {
  for (let from = since; ;) {
    const { rows } = await db.query<PutAside>(
      `select "offset", bytes, reason, at from audit.quarantine
       where topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4 order by "offset" limit $5`,
      [topic, partition, String(from), String(nextOffset), PAGE_RECORDS],
    );
    for (const { offset, bytes, reason, at } of rows) {
      await files.add([topic, partition, BigInt(offset), bytes, reason, at]);
    }
    const last = rows.at(-1);
    if (!last) return;
    from = BigInt(last.offset) + 1n;
  }
}
