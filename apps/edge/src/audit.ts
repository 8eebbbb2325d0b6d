import { EdgeTally, ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { type Clock } from '@ssp/service';
import { type Logger } from 'pino';
import { completedEvent, originOf, receivedEvent } from './exchange-events.ts';
import { type Exchange, traceOf } from './exchange.ts';
import { HourTally } from './hour-tally.ts';
import { type EdgeMetrics } from './metrics.ts';

/** Tells Kafka of every exchange, twice: that it came and how it ended. */
export type Audit = {
  /** Resolves when the received event is durable; rejects when that cannot be promised. */
  readonly announce: (exchange: Exchange) => Promise<void>;
  /** Resolves when that is known, either way, having announced it where no stage has. What we answer ourselves waits for it. */
  readonly announced: (exchange: Exchange) => Promise<void>;
  /** Sends the completed event behind the others, and the received one where no stage has announced it. */
  readonly complete: (exchange: Exchange, status: number, totalMs: number) => void;
  /** Tells how many exchanges were completed, of each hour in which that has changed since. */
  readonly tally: () => void;
};

/**
 * `source` names this process, and no other one before or after it, in its events: they are numbered. A number is spent once the event
 * that bears it is made, so that one which is then not taken is missed by whoever reads the others.
 */
export function createAudit(
  publisher: Publisher,
  source: string,
  clock: Clock,
  metrics: EdgeMetrics,
  log: Logger,
): Audit {
  const origin = originOf(source);
  let received = 0;
  let completed = 0;
  const nextReceived = (exchange: Exchange) => {
    const value = receivedEvent(exchange, clock.offsetMs(), received + 1, origin);
    received += 1;
    return value;
  };
  const hours = new HourTally(source);
  const nextCompleted = (exchange: Exchange, status: number, totalMs: number) => {
    const endedAt = new Date();
    const value = completedEvent(exchange, status, endedAt, totalMs, clock.offsetMs(), completed + 1, origin);
    completed += 1;
    hours.add(exchange, completed, endedAt.getTime());
    return value;
  };
  const enqueue = (topic: string, value: string, exchange: Exchange | null) => {
    try {
      publisher.enqueue(topic, value);
    } catch (error) {
      metrics.auditEventsLost.inc({ topic });
      const which = exchange === null ? {} : { internalId: exchange.internalId, ...traceOf(exchange) };
      log.error({ err: error, topic, ...which }, 'an audit event was not taken');
    }
  };
  const announce = (exchange: Exchange) => publisher.publish(ExchangeReceived.topic, nextReceived(exchange));
  return {
    announce,
    announced: (exchange) => {
      exchange.announced ??= announce(exchange);
      return exchange.announced.catch(() => undefined);
    },
    complete: (exchange, status, totalMs) => {
      if (exchange.announced === null) enqueue(ExchangeReceived.topic, nextReceived(exchange), exchange);
      enqueue(ExchangeCompleted.topic, nextCompleted(exchange, status, totalMs), exchange);
    },
    tally: () => {
      for (const event of hours.tell()) enqueue(EdgeTally.topic, JSON.stringify(event), null);
    },
  };
}
