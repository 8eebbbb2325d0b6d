import { type Logger } from 'pino';
import { type Registry } from 'prom-client';
import { BatchSender } from './batch-sender.ts';
import { type KafkaConnection } from './connect-kafka.ts';
import { EVENT_LENGTH_MAX, EventQueue, type QueuedEvent } from './event-queue.ts';
import {
  EventTooLargeError,
  PublisherClosedError,
  PublisherFullError,
  PublishTimeoutError,
} from './publisher-errors.ts';
import { publisherMetrics } from './publisher-metrics.ts';
import { WakeUp } from './wake-up.ts';

export type PublisherSettings = {
  /** How long an event that nobody waits for may stay behind; 5 unless given. */
  readonly lingerMs?: number;
  /** 20,000 unless given; what is under way counts. */
  readonly maxQueuedEvents?: number;
  /** 2,000 unless given. */
  readonly publishTimeoutMs?: number;
  /** How long closing may take to send what is queued; 5,000 unless given. */
  readonly flushTimeoutMs?: number;
  /** Gets what was enqueued and could not be sent before closing; a publish that failed so is rejected instead. */
  readonly keepUnsent?: (events: readonly { readonly topic: string; readonly value: string }[]) => void;
};

export interface Publisher {
  /**
   * Resolves when the event is durable. Rejects with PublishTimeoutError (it still goes out),
   * PublisherFullError, PublisherClosedError or EventTooLargeError (it was not taken).
   */
  publish(topic: string, value: string): Promise<void>;
  /** Lets the event ride with the next publish, or leave after the linger time. Throws when it is not taken. */
  enqueue(topic: string, value: string): void;
  /** Whether the last connection or send went well, and none is under way for longer than a publish may take. */
  isHealthy(): boolean;
}

/** Starts the one sender: connects in the background, and on release sends what is queued and disconnects. */
export function startPublisher(
  kafka: KafkaConnection,
  settings: PublisherSettings,
  log: Logger,
  registry: Registry,
  resources: AsyncDisposableStack,
): Publisher {
  const {
    lingerMs = 5,
    maxQueuedEvents = 20_000,
    publishTimeoutMs = 2_000,
    flushTimeoutMs = 5_000,
  } = settings;
  const metrics = publisherMetrics(registry);
  const queue = new EventQueue({ maxEvents: 500, maxBytes: EVENT_LENGTH_MAX });
  const sender = new BatchSender(kafka, log, metrics);
  let underWay: readonly QueuedEvent[] = [];
  let sentAtMs = 0;
  const wakeUp = new WakeUp(lingerMs);
  const closing = new AbortController();

  function take(event: QueuedEvent): void {
    const fault = refusal(event);
    if (fault) {
      metrics.refused.inc({ topic: event.topic, reason: fault.name });
      throw fault;
    }
    queue.push(event);
    metrics.queued.set(queue.size + underWay.length);
    if (event.settle) wakeUp.now();
    else wakeUp.soon();
  }

  function refusal({ value }: QueuedEvent): Error | null {
    if (closing.signal.aborted) return new PublisherClosedError('the publisher is closing');
    if (value.length > EVENT_LENGTH_MAX)
      return new EventTooLargeError(`an event of ${value.length} characters`);
    if (queue.size + underWay.length >= maxQueuedEvents)
      return new PublisherFullError(`${maxQueuedEvents} events wait`);
    return null;
  }

  async function run(): Promise<void> {
    await sender.connect();
    while (!closing.signal.aborted || queue.size > 0) {
      if (!queue.hasAwaited && !closing.signal.aborted) await wakeUp.wait();
      wakeUp.reset();
      underWay = queue.take();
      sentAtMs = performance.now();
      if (queue.size > 0) wakeUp.soon();
      if (underWay.length === 0) continue;
      await sender.send(underWay);
      underWay = [];
      metrics.queued.set(queue.size);
    }
  }

  // Ends only by being closed, with or without the rest sent; both are told apart below.
  const running = run().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });

  resources.defer(async () => {
    closing.abort();
    wakeUp.now();
    const deadline = setTimeout(() => void sender.close(), flushTimeoutMs);
    await running;
    clearTimeout(deadline);
    await sender.close();
    const unsent = [...underWay];
    while (queue.size > 0) unsent.push(...queue.take());
    if (unsent.length === 0) return;
    metrics.unsent.inc(unsent.length);
    log.fatal({ events: unsent.length }, 'the publisher closed before every event was sent');
    for (const { settle } of unsent)
      settle?.(new PublisherClosedError('closed before the event was durable'));
    settings.keepUnsent?.(
      unsent.filter(({ settle }) => settle === null).map(({ topic, value }) => ({ topic, value })),
    );
  });

  return {
    publish: (topic, value) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          metrics.timeouts.inc();
          reject(new PublishTimeoutError(`not durable after ${publishTimeoutMs} ms`));
        }, publishTimeoutMs);
        const settle = (error?: Error) => {
          clearTimeout(timer);
          if (error) reject(error);
          else resolve();
        };
        try {
          take({ topic, value, settle });
        } catch (error) {
          clearTimeout(timer);
          reject(error);
        }
      }),
    enqueue: (topic, value) => take({ topic, value, settle: null }),
    isHealthy: () =>
      sender.isHealthy && (underWay.length === 0 || performance.now() - sentAtMs < publishTimeoutMs),
  };
}
