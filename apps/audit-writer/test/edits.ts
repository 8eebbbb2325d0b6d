import { ExchangeCompleted } from '@ssp/contracts';
import {
  altering,
  at,
  batches,
  change,
  copyRow,
  deleting,
  type Edit,
  endOffset,
  ofReceived,
  overwriting,
  putAsideOffsets,
  rewriting,
  somewhere,
  swapping,
  truncating,
  values,
} from './edit-makers.ts';
import { columns, columnsOfCompleted } from './edited-columns.ts';
import { firstOffset } from './written-audit.ts';

/** Every kind of edit by its name. */
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
