import { setTimeout as delay } from 'node:timers/promises';
import { type EachBatchPayload } from 'kafkajs';
import { type Logger } from 'pino';
import { type Registry } from 'prom-client';
import { client, type KafkaConnection } from './connect-kafka.ts';
import { consumerMetrics } from './consumer-metrics.ts';
import { goToOwnOffsets, type ReadOffsets } from './go-to-own-offsets.ts';

const HEARTBEAT_MS = 2_000;
const BACK_OFF_MAX_MS = 5_000;
const fetchBytesMin = 10 * 1_024 * 1_024;
const notJoined = 'the consumer group is not joined';

export type ReceivedRecord = {
  readonly offset: bigint;
  readonly value: Buffer;
  readonly timestampMs: number;
};

export type ReceivedBatch = {
  readonly topic: string;
  readonly partition: number;
  /** Never empty, in the order of their offsets. */
  readonly records: readonly ReceivedRecord[];
  /** The offset after the partition's last record. */
  readonly highWatermark: bigint;
  /** The handler asked for an earlier place than this batch's first record, and Kafka has nothing there any more. */
  readonly earlierAreGone: boolean;
};

export type ConsumerSettings = {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** The broker answers when so much is there, or after `maxWaitMs`; 1 MB unless given. */
  readonly minBytes?: number;
  /** 1,000 unless given. */
  readonly maxWaitMs?: number;
  /**
   * Where the handler's own books say that each partition is read on; from its beginning where they do not know it. It is gone to whenever the
   * group is joined: what Kafka has noted may be ahead of books that were restored from a backup, and where nothing new comes no batch would tell.
   * While it rejects it is called again, and nothing is read.
   */
  readonly readOffsets?: ReadOffsets;
  /** How many batches are dealt with at once, each of another partition; 1 unless given. */
  readonly concurrency?: number;
  /**
   * Deals with a batch and says where to go on; anything but the offset after the batch's last record sends the
   * consumer there. Must bear to be called again with records it has dealt with. When it rejects, the same batch
   * comes again after a pause.
   */
  readonly handle: (batch: ReceivedBatch) => Promise<{ readonly nextOffset: bigint }>;
};

export interface Consumer {
  /** Throws while nothing is read, and says what is waited for. */
  checkReady(): void;
  /** Rejects when the consumer has ended for good; the process should end with it. */
  readonly failed: Promise<never>;
}

/**
 * Joins the group in the background and hands over batches, one of a partition at a time. Offsets kept by Kafka are a
 * hint: the handler decides. On release the running batch is finished and the group left.
 */
export async function consume(
  kafka: KafkaConnection,
  { groupId, topics, handle, readOffsets, minBytes = 1_024 * 1_024, ...settings }: ConsumerSettings,
  log: Logger,
  registry: Registry,
  resources: AsyncDisposableStack,
): Promise<Consumer> {
  const { maxWaitMs = 1_000, concurrency = 1 } = settings;
  const metrics = consumerMetrics(registry);
  const failure = Promise.withResolvers<never>();
  const soughtOffsets = new Map<string, bigint>();
  let isReleased = false;
  let waitsFor: string | null = notJoined;
  /** Ends with our place in the group. */
  let membership = new AbortController();

  // At one partition a second, all that a fetch brings may lie in one.
  const maxBytesPerPartition = Math.max(4 * minBytes, 1_024 * 1_024);
  const consumer = kafka[client].consumer({
    groupId,
    minBytes,
    maxBytesPerPartition,
    // So many that the last ones of a fetch seldom wait for a single slow one.
    maxBytes: Math.max(2 * concurrency * maxBytesPerPartition, fetchBytesMin),
    maxWaitTimeInMs: maxWaitMs,
    allowAutoTopicCreation: false,
    // A killed member's partitions are taken over after this time.
    sessionTimeout: 10_000,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 30_000,
  });
  const leave = () => {
    membership.abort();
    waitsFor = notJoined;
  };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    leave();
    if (isReleased) return;
    membership = new AbortController();
    // Somebody else may have read on meanwhile.
    soughtOffsets.clear();
    begin(payload.memberAssignment, membership.signal).catch(failure.reject);
  });
  consumer.on(consumer.events.REBALANCING, leave);
  consumer.on(consumer.events.STOP, leave);
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    leave();
    // The client breaks down where it is disconnected while it joins.
    if (isReleased) return;
    if (payload.restart) log.error({ err: payload.error }, 'the consumer broke down and starts again');
    else failure.reject(new Error('the consumer broke down for good', { cause: payload.error }));
  });

  async function begin(
    given: Readonly<Record<string, readonly number[]>>,
    signal: AbortSignal,
  ): Promise<void> {
    if (readOffsets !== undefined) {
      waitsFor = 'where to read on is not known yet';
      // Not noted as sought: a batch that was fetched before this must not pass for all that Kafka has left.
      await goToOwnOffsets(consumer, given, readOffsets, log, signal);
    }
    if (!signal.aborted) waitsFor = null;
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const received = toReceivedBatch(batch, soughtOffsets);
    const first = received.records[0];
    const last = received.records.at(-1);
    if (!first || !last) return;
    const place = `${topic}/${partition}`;
    if (received.earlierAreGone) {
      const goneRecords = Number(first.offset - (soughtOffsets.get(place) ?? first.offset));
      log.error({ topic, partition, goneRecords }, 'records were dropped by Kafka before they were read');
      metrics.gone.inc({ topic, partition }, goneRecords);
    }
    const nextOffset = await handleUntilDone(received, payload);
    if (nextOffset === null) return;
    soughtOffsets.delete(place);
    metrics.lag.set({ topic, partition }, Number(received.highWatermark - nextOffset));
    if (nextOffset !== last.offset + 1n) {
      log.warn(
        { topic, partition, from: String(last.offset + 1n), to: String(nextOffset) },
        'the consumer goes elsewhere',
      );
      metrics.seeks.inc({ topic, partition });
      soughtOffsets.set(place, nextOffset);
      consumer.seek({ topic, partition, offset: String(nextOffset) });
      return;
    }
    metrics.records.inc({ topic }, received.records.length);
    payload.resolveOffset(String(last.offset));
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: String(nextOffset) }] }],
    });
  }

  /** Null when the batch is no longer ours to deal with. */
  async function handleUntilDone(received: ReceivedBatch, payload: EachBatchPayload): Promise<bigint | null> {
    for (let backOffMs = 100; ; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)) {
      // A heartbeat that fails here fails again after the batch, where the client acts on it.
      const beating = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
      try {
        return (await handle(received)).nextOffset;
      } catch (error) {
        const { topic, partition } = received;
        metrics.handlerFailures.inc({ topic });
        log.error({ err: error, topic, partition, backOffMs }, 'a batch failed and is repeated');
      } finally {
        clearInterval(beating);
      }
      await delay(backOffMs);
      if (!payload.isRunning() || payload.isStale()) return null;
      await payload.heartbeat();
    }
  }

  resources.defer(() => {
    isReleased = true;
    leave();
    return consumer.disconnect();
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  } catch (cause) {
    throw new Error(`cannot subscribe to ${topics.join(', ')}: are the topics made?`, { cause });
  }
  consumer
    .run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch,
    })
    .catch((error: unknown) => failure.reject(new Error('the consumer could not run', { cause: error })));
  return {
    checkReady: () => {
      if (waitsFor !== null) throw new Error(waitsFor);
    },
    failed: failure.promise,
  };
}

function toReceivedBatch(
  batch: EachBatchPayload['batch'],
  soughtOffsets: ReadonlyMap<string, bigint>,
): ReceivedBatch {
  const { topic, partition } = batch;
  const sought = soughtOffsets.get(`${topic}/${partition}`);
  const records = batch.messages.map(({ offset, value, timestamp }) => ({
    offset: BigInt(offset),
    value: value ?? Buffer.alloc(0),
    timestampMs: Number(timestamp),
  }));
  const first = records[0];
  return {
    topic,
    partition,
    records,
    highWatermark: BigInt(batch.highWatermark),
    earlierAreGone: sought !== undefined && first !== undefined && first.offset > sought,
  };
}
