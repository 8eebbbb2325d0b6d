import kafkajs, { type Admin, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { client, type KafkaConnection } from './connect-kafka.ts';
import { readSpan, type Span } from './read-span.ts';

/** Stands at offsets that are gone until it is deleted; no event looks like it. */
const filler = 'ssp-filler';
const fillersAtOnce = 20_000;

/** Somebody reads the topic, and would take fillers for records. */
export class TopicInUseError extends Error {
  override readonly name = 'TopicInUseError';
}

/** Up to where a partition was read. */
export type ReadUpTo = {
  readonly next: bigint;
  /** A record that was read, by which a partition made anew is known that has as many of its own; null where none is. */
  readonly known: {
    readonly offset: bigint;
    readonly isSame: (value: Buffer | null) => Promise<boolean>;
  } | null;
};

/** A partition that goes on at `next` now, and how many records were in the way and stand behind that place now. */
export type Advanced = { readonly partition: number; readonly next: bigint; readonly moved: number };

/**
 * Has partitions that were made anew go on where their readers do, which keep their own offsets: a new record never comes to stand
 * at an offset that was read before. Records that are there already are kept, in their order, behind that place. A partition in which
 * what was read still stands is left alone. What was broken off is taken up again when it is called once more; then records may stand there twice.
 * @throws TopicInUseError while a group reads the topic
 */
export async function advanceTopic(
  kafka: KafkaConnection,
  topic: string,
  read: ReadonlyMap<number, ReadUpTo>,
): Promise<readonly Advanced[]> {
  const admin = kafka[client].admin();
  const producer = kafka[client].producer({ allowAutoTopicCreation: false });
  await admin.connect();
  await producer.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) throw new Error(`${topic} is not there: make it first`);
    const reading = await groupsOf(admin, topic);
    if (reading.length > 0) throw new TopicInUseError(`${topic} is read: stop ${reading.join(', ')} first`);
    const advanced: Advanced[] = [];
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const upTo = read.get(partition);
      if (upTo === undefined) continue;
      const { next } = upTo;
      const span = { topic, partition, first: BigInt(low), end: BigInt(high) };
      if (span.first >= next || !(await isAnew(kafka, span, upTo))) continue;
      await fill(producer, span, next);
      const moved = await moveBehind(kafka, producer, span.end < next ? span : { ...span, end: next });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(next) }] });
      advanced.push({ partition, next, moved });
    }
    return advanced;
  } finally {
    await producer.disconnect();
    await admin.disconnect();
  }
}

async function groupsOf(admin: Admin, topic: string): Promise<readonly string[]> {
  const { groups } = await admin.listGroups();
  const described = await admin.describeGroups(groups.map(({ groupId }) => groupId));
  const { MemberMetadata } = kafkajs.AssignerProtocol;
  return described.groups
    .filter(({ members }) =>
      members.some(
        // Nothing is told of members while their group is being shared out.
        ({ memberMetadata }) =>
          memberMetadata.length > 0 && MemberMetadata.decode(memberMetadata)?.topics.includes(topic),
      ),
    )
    .map(({ groupId }) => groupId);
}

async function fill(producer: Producer, { topic, partition, end }: Span, next: bigint) {
  const many = Array.from({ length: fillersAtOnce }, (): Message => ({ partition, value: filler }));
  for (let left = next - end; left > 0n; left -= BigInt(fillersAtOnce)) {
    const messages = left < fillersAtOnce ? many.slice(0, Number(left)) : many;
    await producer.send({ topic, acks: -1, messages });
  }
}

/** Puts what is no filler of a stretch behind the partition's end once more; resolves to how many. */
async function moveBehind(kafka: KafkaConnection, producer: Producer, span: Span): Promise<number> {
  const { topic, partition } = span;
  let moved = 0;
  await readSpan(kafka, span, async (records) => {
    const messages = records.filter(({ value }) => !isFiller(value)).map((it) => again(it, partition));
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
    moved += messages.length;
  });
  return moved;
}

function again({ key, value, headers, timestamp }: KafkaMessage, partition: number): Message {
  return { key, value, partition, timestamp, ...(headers && { headers }) };
}

const isFiller = (value: Buffer | null) => value?.toString() === filler;

/** Whether other records stand where some were read: too few, a filler of work that was broken off, or of another topic. */
async function isAnew(kafka: KafkaConnection, span: Span, { next, known }: ReadUpTo): Promise<boolean> {
  if (span.end < next || isFiller(await valueAt(kafka, span, next - 1n))) return true;
  if (known === null || known.offset < span.first) return false;
  return !(await known.isSame(await valueAt(kafka, span, known.offset)));
}

async function valueAt(kafka: KafkaConnection, place: Span, offset: bigint): Promise<Buffer | null> {
  let value: Buffer | null = null;
  await readSpan(kafka, { ...place, first: offset, end: offset + 1n }, async ([record]) => {
    value = record?.value ?? null;
  });
  return value;
}
