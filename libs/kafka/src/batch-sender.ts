import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Producer } from 'kafkajs';
import { type Logger } from 'pino';
import { client, type KafkaConnection } from './connect-kafka.ts';
import { type QueuedEvent } from './event-queue.ts';
import { type PublisherMetrics } from './publisher-metrics.ts';
import { unlessAborted } from './unless-aborted.ts';

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
 * Sends one batch at a time until the brokers have it, each topic of it as a send of its own: kafkajs 2.2.4 remembers of a send which brokers
 * have answered, not which partitions, and when a partition's leader moves amidst its repeats to a broker that has answered for
 * another, leaves it out without a word. All topics of a batch go to one partition number, which rotates with time; a repeat carries
 * exactly the same messages to the same partition, so that the brokers' idempotence removes what had arrived before.
 */
export class BatchSender {
  readonly #kafka: KafkaConnection;
  readonly #log: Logger;
  readonly #metrics: PublisherMetrics;
  readonly #closed = new AbortController();
  #producer: Promise<Producer> | null = null;
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
    await this.#persist(async () => {});
  }

  /**
   * Resolves when every in-sync replica has the batch, and tells each event's publisher as soon as they have its topic's part; rejects
   * only when closed before.
   */
  async send(batch: readonly QueuedEvent[]): Promise<void> {
    this.#turn = this.#offset + Math.floor(Date.now() / PARTITION_TURN_MS);
    this.#partitions = new Map();
    const startedMs = performance.now();
    this.#metrics.batchEvents.observe(batch.length);
    const ofTopics = [...Map.groupBy(batch, ({ topic }) => topic)].toSorted(awaitedFirst);
    await Promise.all(ofTopics.map(([topic, events]) => this.#sendTopic(topic, events)));
    this.#metrics.sendSeconds.observe((performance.now() - startedMs) / 1_000);
  }

  /** Gives up what is under way and disconnects. */
  async close(): Promise<void> {
    this.#healthy = false;
    this.#closed.abort();
    await this.#drop();
  }

  async #sendTopic(topic: string, events: readonly QueuedEvent[]): Promise<void> {
    const messages = events.map(({ value }) => ({ value }));
    await this.#persist(async (producer) => {
      await producer.send({ acks: -1, topic, messages });
    });
    this.#metrics.published.inc({ topic }, messages.length);
    for (const { settle } of events) settle?.();
  }

  async #persist(attempt: (producer: Producer) => Promise<void>): Promise<void> {
    for (let backOffMs = 50; ; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)) {
      let using: Promise<Producer> | null = null;
      try {
        this.#closed.signal.throwIfAborted();
        using = this.#producer ??= this.#connect();
        await unlessAborted(using.then(attempt), this.#closed.signal);
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
          // The send of another topic may have seen to it.
          if (this.#producer === using) {
            this.#metrics.producersReplaced.inc();
            await this.#drop();
          }
        } else {
          this.#log.error({ err: error, backOffMs }, 'a send to Kafka failed and is repeated');
        }
        await delay(backOffMs, undefined, { signal: this.#closed.signal });
      }
    }
  }

  #connect(): Promise<Producer> {
    const connecting = this.#connectNew(() => this.#producer === connecting);
    // Who comes next tries anew.
    connecting.catch(() => {
      if (this.#producer === connecting) this.#producer = null;
    });
    return connecting;
  }

  async #connectNew(isInUse: () => boolean): Promise<Producer> {
    const producer = this.#kafka[client].producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ topic, partitionMetadata }) => {
          // The one place from which the client's own endless repeats can be ended.
          if (!isInUse()) throw new kafkajs.KafkaJSNonRetriableError('the producer is closed');
          return this.#partitionOf(topic, partitionMetadata.length);
        },
      // The client repeats with the numbers that let brokers tell a repeat, for as long as any broker can be reached.
      retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: Number.MAX_SAFE_INTEGER },
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
    return producer;
  }

  #partitionOf(topic: string, partitionCount: number): number {
    let partition = this.#partitions.get(topic);
    if (partition === undefined) {
      partition = this.#turn % partitionCount;
      this.#partitions.set(topic, partition);
    }
    return partition;
  }

  async #drop(): Promise<void> {
    const dropped = this.#producer;
    this.#producer = null;
    if (!dropped) return;
    // A broker that hangs must not hold the service's end.
    const deadline = new AbortController();
    await Promise.race([
      dropped
        .then((producer) => producer.disconnect())
        .catch((error: unknown) => this.#log.warn({ err: error }, 'a producer did not disconnect')),
      delay(DISCONNECT_MS, undefined, { signal: deadline.signal }).catch(() => undefined),
    ]);
    deadline.abort();
  }
}

type OfTopic = readonly [topic: string, events: readonly QueuedEvent[]];

/** One broker takes one send after the other. */
function awaitedFirst([, one]: OfTopic, [, other]: OfTopic): number {
  return (
    Number(other.some(({ settle }) => settle !== null)) - Number(one.some(({ settle }) => settle !== null))
  );
}

function protocolErrorType(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    const type: unknown = Reflect.get(current, 'type');
    if (typeof type === 'string') return type;
  }
  return null;
}
