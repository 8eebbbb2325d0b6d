import kafkajs, { type Admin, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { client, type KafkaConnection } from './connect-kafka.ts';
import { readSpan } from './read-span.ts';

/** Stands at offsets that are gone until it is deleted; no event looks like it. */
const filler = 'ssp-filler';
const fillersAtOnce = 20_000;

/** Somebody reads the topic, and would take fillers for records. */
export class TopicInUseError extends Error {
  override readonly name = 'TopicInUseError';
}

/** A partition that goes on at `next` now, and how many records were in the way and stand behind that place now. */
export type Advanced = { readonly partition: number; readonly next: bigint; readonly moved: number };

/**
 * Has partitions that were made anew go on where their readers do, which keep their own offsets: a new record never comes to stand
 * at an offset that was read before. Records that are there already are kept, in their order, behind that place. Partitions that
 * reach so far are left alone; what was broken off is taken up again when it is called once more.
 * @throws TopicInUseError while a group reads the topic
 */
export async function advanceTopic(
  kafka: KafkaConnection,
  topic: string,
  wanted: ReadonlyMap<number, bigint>,
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
      const next = wanted.get(partition) ?? 0n;
      const span = { topic, partition, first: BigInt(low), end: BigInt(high) };
      if (span.first >= next || (span.end >= next && !(await isHalfDone(kafka, span, next)))) continue;
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
      members.some(({ memberMetadata }) => MemberMetadata.decode(memberMetadata)?.topics.includes(topic)),
    )
    .map(({ groupId }) => groupId);
}

type Place = { readonly topic: string; readonly partition: number };

async function fill(
  producer: Producer,
  { topic, partition, end }: Place & { readonly end: bigint },
  next: bigint,
) {
  const many = Array.from({ length: fillersAtOnce }, (): Message => ({ partition, value: filler }));
  for (let left = next - end; left > 0n; left -= BigInt(fillersAtOnce)) {
    const messages = left < fillersAtOnce ? many.slice(0, Number(left)) : many;
    await producer.send({ topic, acks: -1, messages });
  }
}

/** Puts what is no filler of a stretch behind the partition's end once more; resolves to how many. */
async function moveBehind(
  kafka: KafkaConnection,
  producer: Producer,
  span: Parameters<typeof readSpan>[1],
): Promise<number> {
  const { topic, partition } = span;
  let moved = 0;
  await readSpan(kafka, span, async (records) => {
    const messages = records.filter((it) => !isFiller(it)).map((it) => again(it, partition));
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
    moved += messages.length;
  });
  return moved;
}

function again({ key, value, headers, timestamp }: KafkaMessage, partition: number): Message {
  return { key, value, partition, timestamp, ...(headers && { headers }) };
}

const isFiller = ({ value }: KafkaMessage) => value?.toString() === filler;

/** Whether a filler still stands before that place. */
async function isHalfDone(kafka: KafkaConnection, place: Place, next: bigint): Promise<boolean> {
  let found = false;
  await readSpan(kafka, { ...place, first: next - 1n, end: next }, async (records) => {
    found = records.some(isFiller);
  });
  return found;
}
