import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Producer } from 'kafkajs';
import { type Logger } from 'pino';
import { client, type KafkaConnection } from './connect-kafka.ts';
import { type QueuedEvent } from './event-queue.ts';
import { type PublisherMetrics } from './publisher-metrics.ts';

const BACK_OFF_MAX_MS = 2_000;
const DISCONNECT_MS = 2_000;
/** Rotating with every send would hand consumers crumbs: a transaction per twenty events instead of per thousand. */
const PARTITION_TURN_MS = 1_000;

/** Errors after which the brokers refuse whatever this producer sends. */
const fatalTypes = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
]);

/**
 * Sends one batch at a time until the brokers have it. All topics of a batch go to one partition number, which
 * rotates with time; a repeat carries exactly the same messages to the same partitions, so that the brokers'
 * idempotence removes what had arrived before.
 */
export class BatchSender {
  readonly #kafka: KafkaConnection;
  readonly #log: Logger;
  readonly #metrics: PublisherMetrics;
  readonly #closed = new AbortController();
  #producer: Producer | null = null;
  /** Where the rotation of this process stands, so that several do not all send to one partition. */
  readonly #offset = Math.floor(Math.random() * 1_000);
  #turn = 0;
  #partitions = new Map<string, number>();
  #healthy = false;

  constructor(kafka: KafkaConnection, log: Logger, metrics: PublisherMetrics) {
    this.#kafka = kafka;
    this.#log = log;
    this.#metrics = metrics;
  }

  get isHealthy(): boolean {
    return this.#healthy;
  }

  /** Connects, trying for as long as it takes; rejects only when closed meanwhile. */
  async connect(): Promise<void> {
    await this.#persist(async () => {
      await this.#connected();
    });
  }

  /** Resolves when every in-sync replica has the batch; rejects only when closed before. */
  async send(batch: readonly QueuedEvent[]): Promise<void> {
    const topicMessages = [...Map.groupBy(batch, ({ topic }) => topic)].map(([topic, events]) => ({
      topic,
      messages: events.map(({ value }) => ({ value })),
    }));
    this.#turn = this.#offset + Math.floor(Date.now() / PARTITION_TURN_MS);
    this.#partitions = new Map();
    const startedMs = performance.now();
    await this.#persist(async () => {
      const producer = await this.#connected();
      await producer.sendBatch({ acks: -1, topicMessages });
    });
    this.#metrics.sendSeconds.observe((performance.now() - startedMs) / 1_000);
    this.#metrics.batchEvents.observe(batch.length);
    for (const { topic, messages } of topicMessages) this.#metrics.published.inc({ topic }, messages.length);
  }

  /** Gives up what is under way and disconnects. */
  async close(): Promise<void> {
    this.#healthy = false;
    this.#closed.abort();
    await this.#drop();
  }

  async #persist(attempt: () => Promise<void>): Promise<void> {
    for (let backOffMs = 50; ; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)) {
      try {
        this.#closed.signal.throwIfAborted();
        await unlessAborted(attempt(), this.#closed.signal);
        this.#healthy = true;
        return;
      } catch (error) {
        this.#closed.signal.throwIfAborted();
        this.#healthy = false;
        this.#metrics.failures.inc();
        const type = protocolErrorType(error);
        if (type !== null && fatalTypes.has(type)) {
          this.#log.fatal(
            { err: error, type },
            'the brokers refuse this producer: a new one repeats the send',
          );
          this.#metrics.producersReplaced.inc();
          await this.#drop();
        } else {
          this.#log.error({ err: error, backOffMs }, 'a send to Kafka failed and is repeated');
        }
        await delay(backOffMs, undefined, { signal: this.#closed.signal });
      }
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#producer) return this.#producer;
    const producer = this.#kafka[client].producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ topic, partitionMetadata }) =>
          this.#partitionOf(topic, partitionMetadata.length),
      // Only the client knows which of several leaders have acknowledged their part, so the repeats are its own
      // for as long as any broker can be reached.
      retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: Number.MAX_SAFE_INTEGER },
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
    this.#producer = producer;
    return producer;
  }

  #partitionOf(topic: string, partitionCount: number): number {
    // The one place from which the client's own endless repeats can be ended.
    if (this.#closed.signal.aborted) throw new kafkajs.KafkaJSNonRetriableError('the publisher is closed');
    let partition = this.#partitions.get(topic);
    if (partition === undefined) {
      partition = this.#turn % partitionCount;
      this.#partitions.set(topic, partition);
    }
    return partition;
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    if (!producer) return;
    // A broker that hangs must not hold the service's end.
    const deadline = new AbortController();
    await Promise.race([
      producer
        .disconnect()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'a producer did not disconnect')),
      delay(DISCONNECT_MS, undefined, { signal: deadline.signal }).catch(() => undefined),
    ]);
    deadline.abort();
  }
}

/** The client's own repeats can last; closing does not wait for them. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function protocolErrorType(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    const type: unknown = Reflect.get(current, 'type');
    if (typeof type === 'string') return type;
  }
  return null;
}
