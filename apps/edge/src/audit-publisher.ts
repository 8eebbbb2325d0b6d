import { connectKafka, type Publisher, startPublisher, startSpooledPublisher } from '@ssp/kafka';
import { type Service } from '@ssp/service';
import { openSpool } from '@ssp/spool';
import { type EdgeConfig } from './config.ts';

/** Large enough that a day without Kafka makes hundreds of files and not millions. */
const segmentBytes = 8 * 1_024 * 1_024;

/**
 * The way of audit events: to Kafka, and where a spool is configured to the disk while Kafka does not acknowledge. The edge then stays
 * ready for as long as the disk takes them.
 */
export async function openAuditPublisher(
  { kafka, audit }: EdgeConfig,
  { log, metrics, health, resources }: Service,
): Promise<Publisher> {
  const connection = connectKafka(kafka, log);
  const maxQueuedEvents = audit.queueMax;
  if (audit.spool === null) {
    log.warn('no spool is configured: while Kafka is away, exchanges are refused');
    const settings = { publishTimeoutMs: audit.timeoutMs, maxQueuedEvents };
    const publisher = startPublisher(connection, settings, log, metrics, resources);
    health.addCheck('kafka', () => {
      if (!publisher.isHealthy()) throw new Error('the last send to Kafka failed');
    });
    return publisher;
  }
  const { directory, maxBytes, afterMs } = audit.spool;
  const spool = await openSpool({ directory, maxBytes, segmentBytes }, log, metrics, resources);
  const limits = { patienceMs: afterMs, diskTimeoutMs: audit.timeoutMs, maxQueuedEvents };
  const publisher = startSpooledPublisher(connection, spool, limits, log, metrics, resources);
  health.addCheck('kafka', () => {
    if (publisher.isSpooling()) return { but: `events go to the spool, which holds ${spool.size}` };
    if (!publisher.isHealthy()) return { but: 'the last send to Kafka failed' };
  });
  health.addCheck('spool', () => {
    if (publisher.isSpooling() && spool.lastFailure !== null)
      throw new Error('neither Kafka nor the spool takes audit events');
  });
  return publisher;
}
