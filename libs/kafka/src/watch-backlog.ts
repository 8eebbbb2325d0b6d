import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type Backlog, type BacklogPlace } from './backlog.ts';
import { type KafkaConnection } from './connect-kafka.ts';
import { boundsReader } from './partition-bounds.ts';

const EVERY_MS = 2_000;

/** Whose backlog it is. */
export type WatchedTopics = {
  readonly topics: readonly string[];
  /** Says how far each partition is written, by whichever copy. */
  readonly readOffsets: () => Promise<readonly (BacklogPlace & { readonly nextOffset: bigint })[]>;
};

/** Looks every two seconds at what Kafka holds, and at what is written. While one of both does not answer, what was seen of it stands. */
export function watchBacklog(
  kafka: KafkaConnection,
  { topics, readOffsets }: WatchedTopics,
  backlog: Backlog,
  log: Logger,
  resources: AsyncDisposableStack,
): void {
  const released = new AbortController();
  const { signal } = released;
  const readBounds = boundsReader(kafka, signal, resources);
  const seeKafka = async () => {
    for (const topic of topics) {
      // Taken before the answer: what is not in it came later.
      const atMs = Date.now();
      for (const { partition, ...bounds } of await readBounds(topic))
        backlog.saw({ topic, partition }, bounds, atMs);
    }
  };
  const seeTables = async () => {
    for (const { nextOffset, ...place } of await readOffsets()) backlog.wrote(place, nextOffset);
  };
  // Apart, since brokers that hang must not keep from sight what is written: it would seem to wait ever longer.
  const looks = [
    keepLooking(seeKafka, 'what Kafka holds cannot be seen', { log, signal }),
    keepLooking(seeTables, 'how far is written cannot be seen', { log, signal }),
  ];
  resources.defer(async () => {
    released.abort();
    await Promise.all(looks);
  });
}

async function keepLooking(
  look: () => Promise<void>,
  complaint: string,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  let isTold = false;
  while (!signal.aborted) {
    const nextMs = performance.now() + EVERY_MS;
    try {
      await look();
      isTold = false;
    } catch (error) {
      if (!isTold && !signal.aborted) log.warn({ err: error }, complaint);
      isTold = true;
    }
    await delay(Math.max(0, nextMs - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}
