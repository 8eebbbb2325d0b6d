import { setTimeout as delay } from 'node:timers/promises';
import { type Consumer as KafkaConsumer } from 'kafkajs';
import { type Logger } from 'pino';

const BACK_OFF_MIN_MS = 100;
const BACK_OFF_MAX_MS = 5_000;

/** Tells where each partition is read on by the handler's own books. */
export type ReadOffsets = () => Promise<
  readonly { readonly topic: string; readonly partition: number; readonly nextOffset: bigint }[]
>;

/**
 * Keeps partitions that were just given to us unread until the books tell where they are read on, however long that takes, and goes there.
 * To be called as soon as the group is joined, before anything can be fetched; once the signal is given they are left as they are.
 */
export async function goToOwnOffsets(
  consumer: KafkaConsumer,
  given: Readonly<Record<string, readonly number[]>>,
  readOffsets: ReadOffsets,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const places = Object.entries(given).map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
  consumer.pause(places);
  const own = await untilTold(readOffsets, log, signal);
  // Also where it is given in the moment between.
  if (own === null || signal.aborted) return;
  for (const { topic, partitions } of places) {
    for (const partition of partitions) {
      const known = own.find((each) => each.topic === topic && each.partition === partition);
      consumer.seek({ topic, partition, offset: String(known?.nextOffset ?? 0n) });
    }
  }
  consumer.resume(places);
}

async function untilTold(readOffsets: ReadOffsets, log: Logger, signal: AbortSignal) {
  for (let backOffMs = BACK_OFF_MIN_MS; ; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)) {
    try {
      const own = await readOffsets();
      return signal.aborted ? null : own;
    } catch (error) {
      if (signal.aborted) return null;
      log.error({ err: error, backOffMs }, 'where to read on is not known yet, and is asked again');
    }
    try {
      await delay(backOffMs, undefined, { signal });
    } catch {
      return null;
    }
  }
}
