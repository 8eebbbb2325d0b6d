import { ExchangeCompleted, ExchangeReceived } from './exchange-events.ts';

/** The topics of the platform, made by the deployment before the services start. */
export const topics = [
  { topic: ExchangeReceived.topic, partitions: 6, retentionHours: 24 * 14 },
  { topic: ExchangeCompleted.topic, partitions: 6, retentionHours: 24 * 14 },
] as const;
