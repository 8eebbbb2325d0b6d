import { randomBytes } from 'node:crypto';
import { ExchangeCompleted, ExchangeReceived } from '@ssp/contracts';
import { connectKafka, startPublisher } from '@ssp/kafka';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { exchangeTexts } from './exchange-texts.ts';

/** Each sends to one partition at a time, as an edge does; so many fill all of them about evenly. */
const edges = 12;
const exchangesAtOnce = 250;
/** 500,000 exchanges an hour. */
const spacingMs = 7.2;

/** Publishes the events of so many exchanges, as several edges would, ending now; in order, as far as each edge is concerned. */
export async function publishExchanges(
  brokers: readonly string[],
  exchanges: number,
  events: 'both' | 'completed' = 'both',
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const kafka = connectKafka({ brokers, clientId: 'bench', tls: null }, pino({ level: 'error' }));
  const settings = { maxQueuedEvents: 100_000, publishTimeoutMs: 60_000 };
  const beginMs = Date.now() - exchanges * spacingMs;
  let nth = 0;
  const publishAll = async (edge: number) => {
    const log = pino({ level: 'error' });
    const publisher = startPublisher(kafka, settings, log, new Registry(), resources);
    const source = `/ssp/edge/bench-${edge}.${randomBytes(6).toString('base64url')}`;
    for (let sequence = 1; nth < exchanges;) {
      const awaited: Promise<void>[] = [];
      for (let made = 0; made < exchangesAtOnce && nth < exchanges; made += 1) {
        const texts = exchangeTexts({ nth, source, sequence, receivedMs: beginMs + nth * spacingMs });
        nth += 1;
        sequence += 1;
        if (events === 'both') awaited.push(publisher.publish(ExchangeReceived.topic, texts.received));
        awaited.push(publisher.publish(ExchangeCompleted.topic, texts.completed));
      }
      await Promise.all(awaited);
    }
  };
  await Promise.all(Array.from({ length: edges }, (_, edge) => publishAll(edge)));
}
