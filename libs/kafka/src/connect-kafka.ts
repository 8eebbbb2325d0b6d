import { createRequire } from 'node:module';
import { readLinkFiles } from '@ssp/service';
import kafkajs, { type Kafka } from 'kafkajs';
import { type Logger } from 'pino';
import { breakHungConnection } from './break-hung-connection.ts';
import { calmRequestQueue } from './calm-request-queue.ts';
import { type KafkaConfig } from './kafka-environment.ts';
import { kafkajsLog } from './kafkajs-log.ts';
import { leanProduce } from './lean-produce.ts';

// Once, before any connection is made; fails the import when the client's inside has changed.
const require = createRequire(import.meta.url);
calmRequestQueue(require('kafkajs/src/network/requestQueue'));
leanProduce(require);
breakHungConnection(require('kafkajs/src/network/connection'));

/** Not exported from this lib, so that nobody else can name the client inside. */
export const client = Symbol('kafkajs client');

/** A configured way to the brokers; holds no connection by itself. */
export interface KafkaConnection {
  readonly [client]: Kafka;
}

/**
 * Reads the TLS files, each connection anew, and sets the client up; the first connection is made by who publishes or consumes.
 */
export function connectKafka({ brokers, clientId, tls }: KafkaConfig, log: Logger): KafkaConnection {
  return {
    [client]: new kafkajs.Kafka({
      brokers: [...brokers],
      clientId,
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      // Bounded, so that a cluster that is away surfaces here as an error and can be reported; our loops then try again.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
      logLevel: kafkajs.logLevel.INFO,
      logCreator: kafkajsLog(log),
      ...(tls && {
        ssl: readLinkFiles({
          caFile: tls.caFile,
          certFile: tls.certFile ?? null,
          keyFile: tls.keyFile ?? null,
        }),
      }),
    }),
  };
}
