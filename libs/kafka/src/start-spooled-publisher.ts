import { type Spool } from '@ssp/spool';
import { type Logger } from 'pino';
import { type Registry } from 'prom-client';
import { BatchSender } from './batch-sender.ts';
import { type KafkaConnection } from './connect-kafka.ts';
import { publisherMetrics } from './publisher-metrics.ts';
import { SpooledPublisher, type SpoolingLimits } from './spooled-publisher.ts';
import { spoolingMetrics } from './spooling-metrics.ts';
import { type Publisher } from './start-publisher.ts';

export type SpooledPublishing = Publisher & {
  /** Whether new events go to the spool and not straight to Kafka. */
  readonly isSpooling: () => boolean;
};

/**
 * Starts a sender that uses the disk while Kafka does not acknowledge: publishing resolves as soon as either has the event, and rejects with
 * NotKeptError (it goes out if the process lives), PublisherClosedError or EventTooLargeError. On release Kafka gets what is in
 * memory, and the spool what Kafka does not take in `flushTimeoutMs`.
 */
export function startSpooledPublisher(
  kafka: KafkaConnection,
  spool: Spool,
  {
    lingerMs = 5,
    flushTimeoutMs = 2_000,
    ...limits
  }: Omit<SpoolingLimits, 'lingerMs'> & { readonly lingerMs?: number; readonly flushTimeoutMs?: number },
  log: Logger,
  registry: Registry,
  resources: AsyncDisposableStack,
): SpooledPublishing {
  const metrics = publisherMetrics(registry);
  const sender = new BatchSender(kafka, log, metrics);
  const publisher = new SpooledPublisher(
    sender,
    spool,
    { lingerMs, ...limits },
    spoolingMetrics(registry),
    log,
  );

  let isClosing = false;
  const running = publisher.run().catch((error: unknown) => {
    if (!isClosing) throw error;
  });

  resources.defer(async () => {
    isClosing = true;
    publisher.beginClosing();
    const deadline = setTimeout(
      () => {
        publisher.putOnDisk();
        void sender.close();
      },
      publisher.isSpooling ? 0 : flushTimeoutMs,
    );
    await running;
    clearTimeout(deadline);
    await sender.close();
    const left = await publisher.leftOver();
    if (left.length === 0) return;
    metrics.unsent.inc(left.length);
    log.fatal({ events: left.length }, 'the publisher closed before Kafka or the disk had every event');
  });

  return {
    publish: (topic, value) =>
      new Promise((resolve, reject) => {
        publisher.take({ topic, value, settle: (error) => (error ? reject(error) : resolve()) });
      }),
    enqueue: (topic, value) => publisher.take({ topic, value, settle: null }),
    isHealthy: () => sender.isHealthy && !publisher.isSpooling,
    isSpooling: () => publisher.isSpooling,
  };
}
