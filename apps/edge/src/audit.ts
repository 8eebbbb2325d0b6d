import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { type Logger } from 'pino';
import { completedEvent, receivedEvent } from './exchange-events.ts';
import { type Exchange } from './exchange.ts';
import { type EdgeMetrics } from './metrics.ts';

/** Tells Kafka of every exchange, twice: that it came and how it ended. */
export type Audit = {
  /** Resolves when the received event is durable; rejects when that cannot be promised. */
  readonly announce: (exchange: Exchange) => Promise<void>;
  /** Resolves when that is known, either way, having announced it where no stage has. What we answer ourselves waits for it. */
  readonly announced: (exchange: Exchange) => Promise<void>;
  /** Sends the completed event behind the others, and the received one where no stage has announced it. */
  readonly complete: (exchange: Exchange, status: number, totalMs: number) => void;
};

/** `source` names this process in its events. */
export function createAudit(publisher: Publisher, source: string, metrics: EdgeMetrics, log: Logger): Audit {
  const enqueue = (topic: string, value: string) => {
    try {
      publisher.enqueue(topic, value);
    } catch (error) {
      metrics.auditEventsLost.inc({ topic });
      log.error({ err: error, topic }, 'an audit event was not taken');
    }
  };
  const announce = (exchange: Exchange) =>
    publisher.publish(ExchangeReceived.topic, receivedEvent(exchange, source));
  return {
    announce,
    announced: (exchange) => {
      exchange.announced ??= announce(exchange);
      return exchange.announced.catch(() => undefined);
    },
    complete: (exchange, status, totalMs) => {
      if (exchange.announced === null) enqueue(ExchangeReceived.topic, receivedEvent(exchange, source));
      enqueue(ExchangeCompleted.topic, completedEvent(exchange, status, new Date(), totalMs, source));
    },
  };
}
