import { crc32c } from './crc32c.ts';

/** What the client hands to its produce request: each partition's messages and the numbers that make it idempotent. */
export type ProduceAsk = {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  /** A 64-bit integer of the client's own kind. */
  readonly producerId: { readonly toString: () => string };
  readonly producerEpoch: number;
  readonly compression?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly ProducePartition[];
  }[];
};

type ProducePartition = {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly ProduceMessage[];
};

/** Of the client's message only the value is written here. */
export type ProduceMessage = {
  readonly value: Buffer | string | null;
  readonly key?: unknown;
  readonly headers?: unknown;
  readonly timestamp?: unknown;
};

/** Whether a request holds nothing but plain values, as all of ours do. */
export function isPlain({ transactionalId, compression = 0, topicData }: ProduceAsk): boolean {
  if (transactionalId !== undefined && transactionalId !== null) return false;
  if (compression !== 0) return false;
  return topicData.every(({ partitions }) =>
    partitions.every(({ messages }) => messages.every(isPlainMessage)),
  );
}

function isPlainMessage({ value, key, headers, timestamp }: ProduceMessage): boolean {
  const nothingElse = isNothing(key) && isNothing(headers) && isNothing(timestamp);
  return nothingElse && (typeof value === 'string' || Buffer.isBuffer(value));
}

const isNothing = (value: unknown) => value === undefined || value === null;

/** Fields of a record batch before its records: base offset 8, length 4, leader epoch 4, magic 1, CRC 4, and 40 below the CRC. */
const BATCH_HEAD_BYTES = 61;
const CRC_OFFSET = 17;

/**
 * The body of a Produce request, versions 3 to 7, with one record batch (magic 2) a partition, in one pass into one
 * buffer. `nowMs` is the timestamp of every record.
 */
export function produceRequest(ask: ProduceAsk, nowMs: number): Buffer {
  // `allocUnsafe` holds: every byte up to the returned end is written.
  const bytes = Buffer.allocUnsafe(sizeMax(ask));
  const producerId = BigInt(ask.producerId.toString());
  let at = bytes.writeInt16BE(-1, 0);
  at = bytes.writeInt16BE(ask.acks, at);
  at = bytes.writeInt32BE(ask.timeout, at);
  at = bytes.writeInt32BE(ask.topicData.length, at);
  for (const { topic, partitions } of ask.topicData) {
    const topicBytes = bytes.write(topic, at + 2);
    at = bytes.writeInt16BE(topicBytes, at) + topicBytes;
    at = bytes.writeInt32BE(partitions.length, at);
    for (const partition of partitions) {
      at = bytes.writeInt32BE(partition.partition, at);
      const end = writeBatch(bytes, at + 4, partition, { nowMs, producerId, epoch: ask.producerEpoch });
      bytes.writeInt32BE(end - at - 4, at);
      at = end;
    }
  }
  return bytes.subarray(0, at);
}

function writeBatch(
  bytes: Buffer,
  start: number,
  { messages, firstSequence }: ProducePartition,
  {
    nowMs,
    producerId,
    epoch,
  }: { readonly nowMs: number; readonly producerId: bigint; readonly epoch: number },
): number {
  const time = BigInt(nowMs);
  let at = bytes.writeInt16BE(0, start + CRC_OFFSET + 4);
  at = bytes.writeInt32BE(messages.length - 1, at);
  at = bytes.writeBigInt64BE(time, at);
  at = bytes.writeBigInt64BE(time, at);
  at = bytes.writeBigInt64BE(producerId, at);
  at = bytes.writeInt16BE(epoch, at);
  at = bytes.writeInt32BE(firstSequence, at);
  at = bytes.writeInt32BE(messages.length, at);
  for (const [offset, { value }] of messages.entries()) at = writeRecord(bytes, at, offset, value ?? '');
  bytes.writeBigInt64BE(0n, start);
  bytes.writeInt32BE(at - start - 12, start + 8);
  bytes.writeInt32BE(0, start + 12);
  bytes.writeInt8(2, start + 16);
  bytes.writeUInt32BE(crc32c(bytes, start + CRC_OFFSET + 4, at), start + CRC_OFFSET);
  return at;
}

function writeRecord(bytes: Buffer, start: number, offset: number, value: Buffer | string): number {
  const valueBytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  // Beside the value: attributes, timestamp delta, no key and no headers take a byte each.
  const length = 4 + varIntBytes(offset) + varIntBytes(valueBytes) + valueBytes;
  let at = writeVarInt(bytes, start, length);
  bytes[at] = 0;
  bytes[at + 1] = 0;
  at = writeVarInt(bytes, at + 2, offset);
  bytes[at] = 1; // -1: no key
  at = writeVarInt(bytes, at + 1, valueBytes);
  if (typeof value === 'string') bytes.write(value, at);
  else bytes.set(value, at);
  at += valueBytes;
  bytes[at] = 0;
  return at + 1;
}

/** Zigzag, seven bits a byte; lengths here are never negative. */
function writeVarInt(bytes: Buffer, start: number, value: number): number {
  let rest = value * 2;
  let at = start;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) {
    bytes[at] = (rest & 0x7f) | 0x80;
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}

function varIntBytes(value: number): number {
  let count = 1;
  for (let rest = value * 2; rest > 0x7f; rest = Math.floor(rest / 128)) count += 1;
  return count;
}

function sizeMax({ topicData }: ProduceAsk): number {
  let size = 12;
  for (const { topic, partitions } of topicData) {
    size += 6 + topic.length * 3;
    for (const { messages } of partitions) {
      size += 8 + BATCH_HEAD_BYTES;
      // Three varints of at most five bytes, and four bytes more.
      for (const { value } of messages) size += 19 + Buffer.byteLength(value ?? '');
    }
  }
  return size;
}
