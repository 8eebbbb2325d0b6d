import { Kafka, logLevel } from 'kafkajs';
import { type BackingService } from './backing-part.ts';

/** A single Kafka broker; topics are not made by themselves. */
export interface KafkaService extends BackingService {
  /** `host:port` each. */
  readonly brokers: readonly string[];
}

/** Rejects unless the brokers answer with the cluster's metadata. */
export async function checkKafka(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({
    brokers: [...brokers],
    clientId: 'ssp-setup',
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}
