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

/** Looks every two seconds at what Kafka holds and what is written. While one of both does not answer, what was seen stands. */
export function watchBacklog(
  kafka: KafkaConnection,
  { topics, readOffsets }: WatchedTopics,
  backlog: Backlog,
  log: Logger,
  resources: AsyncDisposableStack,
): void {
  const released = new AbortController();
  const readBounds = boundsReader(kafka, released.signal, resources);
  let running: Promise<void> | null = null;
  let isTold = false;
  const look = async () => {
    const looks = await Promise.allSettled([seeKafka(), seeTables()]);
    const failed = looks.find((it) => it.status === 'rejected');
    if (failed && !isTold && !released.signal.aborted)
      log.warn({ err: failed.reason }, 'how much is still to be written cannot be seen');
    isTold = failed !== undefined;
    running = null;
  };
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
  running = look();
  const timer = setInterval(() => {
    running ??= look();
  }, EVERY_MS);
  resources.defer(async () => {
    clearInterval(timer);
    released.abort();
    await running;
  });
}
