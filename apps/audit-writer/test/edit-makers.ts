import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { type Random } from '@ssp/testing';
import { type PoolClient } from 'pg';
import { chainDigest } from '../src/hash-chain.ts';
import { type Fault } from '../src/verify/fault.ts';
import { batchRecords, firstOffset, partitions } from './written-audit.ts';

export const batches = 3;
export const endOffset = firstOffset + batches * batchRecords;
/** In the middle of each batch. */
export const putAsideOffsets = Array.from(
  { length: batches },
  (_, batch) => firstOffset + batch * batchRecords + Math.floor(batchRecords / 2),
);
const offsets = Array.from({ length: batches * batchRecords }, (_, at) => firstOffset + at).filter(
  (offset) => !putAsideOffsets.includes(offset),
);

type Place = { readonly topic: string; readonly partition: number; readonly offset: number };

/** What verification must say of an edit, among other things. */
export type Expected = { readonly kind: Fault['kind']; readonly offset?: number };

/** A change that whoever owns the database could make by hand. Gives what must be found. */
export type Edit = (db: PoolClient, random: Random) => Promise<Expected>;

export const at = 'topic = $1 and partition = $2 and "offset" = $3';
export const values = ({ topic, partition, offset }: Place) => [topic, partition, offset];

export function somewhere(
  random: Random,
  topics: readonly string[] = [ExchangeReceived.topic, ExchangeCompleted.topic],
) {
  return { topic: random.pick(topics), partition: random.pick(partitions), offset: random.pick(offsets) };
}

export const ofReceived = [ExchangeReceived.topic];

export async function change(db: PoolClient, text: string, params: readonly unknown[]): Promise<void> {
  const { rowCount } = await db.query(text, [...params]);
  if (rowCount === 0) throw new Error(`nothing was edited by: ${text}`);
}

export const altering =
  (text: string, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const place = somewhere(random, topics);
    await change(db, `${text} where ${at}`, values(place));
    return { kind: 'altered', offset: place.offset };
  };

export const deleting =
  (table: string, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const place = somewhere(random, topics);
    await change(db, `delete from audit.${table} where ${at}`, values(place));
    return { kind: 'missing', offset: place.offset };
  };

/** Puts a copy of a row elsewhere, as if it had always been there. */
export async function copyRow(db: PoolClient, table: string, from: Place, to: Place): Promise<void> {
  await change(
    db,
    `create temporary table copied on commit drop as select * from audit.${table} where ${at}`,
    values(from),
  );
  await db.query('update copied set topic = $1, partition = $2, "offset" = $3', values(to));
  await db.query(`update copied set occurred_at = occurred_at + interval '1 ms'`);
  await db.query(`insert into audit.${table} select * from copied`);
}

export const swapping =
  (table: string, keepsDigests: boolean, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const one = somewhere(random, topics);
    const others = offsets.filter((offset) => offset !== one.offset);
    const other = { ...one, offset: random.pick(others) };
    const move = (from: number, to: number) =>
      change(db, `update audit.${table} set "offset" = $4 where ${at}`, [
        ...values({ ...one, offset: from }),
        to,
      ]);
    await move(one.offset, -1);
    await move(other.offset, one.offset);
    await move(-1, other.offset);
    if (keepsDigests) {
      await change(
        db,
        `update audit.${table} as row set digest = twin.digest from audit.${table} as twin
         where row.topic = $1 and row.partition = $2 and row."offset" in ($3, $4)
           and twin.topic = $1 and twin.partition = $2 and twin."offset" = $3 + $4 - row."offset"`,
        [...values(one), other.offset],
      );
    }
    return { kind: 're-ordered', offset: Math.min(one.offset, other.offset) };
  };

export const overwriting =
  (table: string, what: string, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const one = somewhere(random, topics);
    const other = random.pick(offsets.filter((offset) => offset !== one.offset));
    await change(
      db,
      `update audit.${table} set (${what}) = (
         select ${what} from audit.${table} where topic = $1 and partition = $2 and "offset" = $4
       ) where ${at}`,
      [...values(one), other],
    );
    return { kind: 'repeated', offset: one.offset };
  };

/** Alters a body and makes every digest from there on fit, up to the chain's head: only a signature is in the way. */
export const rewriting: Edit = async (db, random) => {
  const place = somewhere(random);
  await change(
    db,
    `update audit.event set body = replace(body::text, '"1.0"', '"1.1"')::json where ${at}`,
    values(place),
  );
  const { topic, partition } = place;
  const before = await db.query<{ digest: Buffer }>(
    'select digest from audit.event where topic = $1 and partition = $2 and "offset" < $3 order by "offset" desc limit 1',
    values(place),
  );
  const { rows } = await db.query<{ offset: string; body: string }>(
    'select "offset", body::text as body from audit.event where topic = $1 and partition = $2 and "offset" >= $3 order by 1',
    values(place),
  );
  let digest = before.rows[0]?.digest ?? Buffer.alloc(32);
  for (const { offset, body } of rows) {
    digest = chainDigest(digest, { topic, partition, offset: BigInt(offset) }, [body]);
    await db.query(`update audit.event set digest = $4 where ${at}`, [topic, partition, offset, digest]);
  }
  await change(db, 'update audit.chain_head set event_digest = $3 where topic = $1 and partition = $2', [
    topic,
    partition,
    digest,
  ]);
  return { kind: 'altered' };
};

/** Takes the tail away; with `isCovered`, heads and offset are put back to what they were then. */
export const truncating =
  (isCovered: boolean): Edit =>
  async (db, random) => {
    const place = somewhere(random, ofReceived);
    for (const table of ['event', 'full_url', 'quarantine']) {
      await db.query(
        `delete from audit.${table} where topic = $1 and partition = $2 and "offset" >= $3`,
        values(place),
      );
    }
    if (!isCovered) return { kind: 'missing', offset: place.offset };
    await change(
      db,
      `update audit.chain_head set
         event_digest = coalesce((select digest from audit.event where topic = $1 and partition = $2
           order by "offset" desc limit 1), decode(repeat('00', 32), 'hex')),
         url_digest = coalesce((select digest from audit.full_url where topic = $1 and partition = $2
           order by "offset" desc limit 1), decode(repeat('00', 32), 'hex'))
       where topic = $1 and partition = $2`,
      [place.topic, place.partition],
    );
    await change(
      db,
      'update audit.consumer_offset set next_offset = $3 where topic = $1 and partition = $2',
      values(place),
    );
    return { kind: 'altered' };
  };
