import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import { chainDigest } from '../src/hash-chain.ts';
import { type Fault } from '../src/verify/fault.ts';
import { columns, columnsOfCompleted } from './edited-columns.ts';
import { type Random } from './seeded-random.ts';
import { batchRecords, firstOffset, partitions } from './written-audit.ts';

export const batches = 3;
const endOffset = firstOffset + batches * batchRecords;
/** In the middle of each batch. */
const putAsideOffsets = Array.from(
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

const at = 'topic = $1 and partition = $2 and "offset" = $3';
const values = ({ topic, partition, offset }: Place) => [topic, partition, offset];

function somewhere(
  random: Random,
  topics: readonly string[] = [ExchangeReceived.topic, ExchangeCompleted.topic],
) {
  return { topic: random.pick(topics), partition: random.pick(partitions), offset: random.pick(offsets) };
}

const ofReceived = [ExchangeReceived.topic];

async function change(db: PoolClient, text: string, params: readonly unknown[]): Promise<void> {
  const { rowCount } = await db.query(text, [...params]);
  if (rowCount === 0) throw new Error(`nothing was edited by: ${text}`);
}

const altering =
  (text: string, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const place = somewhere(random, topics);
    await change(db, `${text} where ${at}`, values(place));
    return { kind: 'altered', offset: place.offset };
  };

const deleting =
  (table: string, topics?: readonly string[]): Edit =>
  async (db, random) => {
    const place = somewhere(random, topics);
    await change(db, `delete from audit.${table} where ${at}`, values(place));
    return { kind: 'missing', offset: place.offset };
  };

/** Puts a copy of a row elsewhere, as if it had always been there. */
async function copyRow(db: PoolClient, table: string, from: Place, to: Place): Promise<void> {
  await change(
    db,
    `create temporary table copied on commit drop as select * from audit.${table} where ${at}`,
    values(from),
  );
  await db.query('update copied set topic = $1, partition = $2, "offset" = $3', values(to));
  await db.query(`update copied set occurred_at = occurred_at + interval '1 ms'`);
  await db.query(`insert into audit.${table} select * from copied`);
}

const swapping =
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

const overwriting =
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
const rewriting: Edit = async (db, random) => {
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
const truncating =
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

export const edits: Readonly<Record<string, Edit>> = {
  'alter a body': altering(`update audit.event set body = replace(body::text, 'GET', 'PUT')::json`),
  'alter a column': (db, random) => {
    const [column, value] = random.pick(columns);
    return altering(`update audit.event set ${column} = ${value}`)(db, random);
  },
  'alter a column of completed events': (db, random) => {
    const [column, value] = random.pick(columnsOfCompleted);
    return altering(`update audit.event set ${column} = ${value}`, [ExchangeCompleted.topic])(db, random);
  },
  'alter a digest': altering('update audit.event set digest = sha256(digest)'),
  'alter a full URL': altering(`update audit.full_url set url = url || '0'`, ofReceived),
  'alter whose full URL it is': altering(
    'update audit.full_url set internal_id = gen_random_uuid()',
    ofReceived,
  ),
  'alter the time of a full URL': altering(
    `update audit.full_url set occurred_at = occurred_at - interval '1 ms'`,
    ofReceived,
  ),
  'alter the digest of a full URL': altering('update audit.full_url set digest = sha256(digest)', ofReceived),
  'delete an event': deleting('event'),
  'delete a full URL': deleting('full_url', ofReceived),
  'delete a record put aside': async (db, random) => {
    const place = { ...somewhere(random), offset: random.pick(putAsideOffsets) };
    await change(db, `delete from audit.quarantine where ${at}`, values(place));
    return { kind: 'missing', offset: place.offset };
  },
  'insert an event at an offset that is taken': async (db, random) => {
    const place = somewhere(random);
    await copyRow(db, 'event', place, place);
    return { kind: 'repeated', offset: place.offset };
  },
  'insert a full URL at an offset that is taken': async (db, random) => {
    const place = somewhere(random, ofReceived);
    await copyRow(db, 'full_url', place, place);
    return { kind: 'repeated', offset: place.offset };
  },
  'insert an event where a record was put aside': async (db, random) => {
    const place = somewhere(random);
    const offset = random.pick(putAsideOffsets);
    await copyRow(db, 'event', place, { ...place, offset });
    return { kind: 'put in', offset };
  },
  'insert an event before the first': async (db, random) => {
    const place = somewhere(random);
    const offset = random.below(firstOffset);
    await copyRow(db, 'event', place, { ...place, offset });
    return { kind: 'put in', offset };
  },
  'insert an event behind the last': async (db, random) => {
    const place = somewhere(random);
    const offset = endOffset + random.below(3);
    await copyRow(db, 'event', place, { ...place, offset });
    return { kind: 'altered', offset };
  },
  'insert an event of a partition that there is not': async (db, random) => {
    const place = somewhere(random);
    await copyRow(db, 'event', place, { ...place, partition: 7 });
    return { kind: 'missing' };
  },
  'swap two events': swapping('event', false),
  'swap two events but for their digests': swapping('event', true),
  'swap two full URLs': swapping('full_url', false, ofReceived),
  'swap two full URLs but for their digests': swapping('full_url', true, ofReceived),
  'swap two events of two partitions': async (db, random) => {
    const { topic, offset } = somewhere(random);
    const move = (from: number, to: number) =>
      change(db, `update audit.event set partition = $4 where ${at}`, [topic, from, offset, to]);
    await move(0, 9);
    await move(1, 0);
    await move(9, 1);
    return { kind: 'altered', offset };
  },
  'move an event to another partition': async (db, random) => {
    const place = somewhere(random);
    await change(db, `update audit.event set partition = $4, "offset" = $5 where ${at}`, [
      ...values(place),
      1 - place.partition,
      endOffset,
    ]);
    return { kind: 'missing', offset: place.offset };
  },
  'overwrite an event with another': overwriting(
    'event',
    'body, event_id, internal_id, occurred_at, kind, trace_id',
  ),
  'overwrite a full URL with another': overwriting('full_url', 'url, internal_id, occurred_at', ofReceived),
  'rewrite a chain from an event on': rewriting,
  'truncate the tail': truncating(false),
  'truncate the tail, and put the head back': truncating(true),
  'forget where a chain ends': async (db, random) => {
    const { topic, partition } = somewhere(random);
    const table = random.pick(['chain_head', 'consumer_offset']);
    await change(db, `delete from audit.${table} where topic = $1 and partition = $2`, [topic, partition]);
    return { kind: 'missing' };
  },
  'alter the head of a chain': async (db, random) => {
    const { topic, partition } = somewhere(random);
    const column = random.pick(['event_digest', 'url_digest']);
    await change(
      db,
      `update audit.chain_head set ${column} = sha256(${column}) where topic = $1 and partition = $2`,
      [topic, partition],
    );
    return { kind: 'altered' };
  },
  'alter a checkpoint': async (db, random) => {
    const { topic, partition } = somewhere(random);
    const set = random.pick([
      'event_digest = sha256(event_digest)',
      'url_digest = sha256(url_digest)',
      `at = at + interval '1 s'`,
      `next_offset = next_offset - 1`,
      'signature = signature || signature',
    ]);
    await change(db, `update audit.checkpoint set ${set} where topic = $1 and partition = $2`, [
      topic,
      partition,
    ]);
    return { kind: 'not signed by a known key' };
  },
  'take a checkpoint away': async (db, random) => {
    const { topic, partition } = somewhere(random);
    await change(
      db,
      `delete from audit.checkpoint where (topic, partition, next_offset) in (
         select topic, partition, next_offset from audit.checkpoint where topic = $1 and partition = $2
         order by next_offset offset $3 limit 1)`,
      [topic, partition, random.below(batches - 1)],
    );
    return { kind: 'missing' };
  },
  'alter a record put aside': async (db, random) => {
    const place = { ...somewhere(random), offset: random.pick(putAsideOffsets) };
    const set = random.pick([`bytes = bytes || '\\x00'`, `reason = ''`]);
    await change(db, `update audit.quarantine set ${set} where ${at}`, values(place));
    return { kind: 'altered' };
  },
};
