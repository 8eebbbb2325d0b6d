import { boundsReader, type KafkaConnection } from '@ssp/kafka';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { auditedTopics } from './audit-entry.ts';
import { type Backlog } from './backlog.ts';

const EVERY_MS = 2_000;

/** Looks every two seconds at what Kafka holds and what is written, by whichever writer. While one of both does not answer, what was seen stands. */
export function watchBacklog(
  pool: Pool,
  kafka: KafkaConnection,
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
    for (const topic of auditedTopics) {
      // Taken before the answer: what is not in it came later.
      const atMs = Date.now();
      for (const { partition, ...bounds } of await readBounds(topic))
        backlog.saw({ topic, partition }, bounds, atMs);
    }
  };
  const seeTables = async () => {
    const { rows } = await pool.query<{ topic: string; partition: number; nextOffset: string }>({
      name: 'written-offsets',
      text: 'select topic, partition, next_offset as "nextOffset" from audit.consumer_offset',
    });
    for (const { nextOffset, ...place } of rows) backlog.wrote(place, BigInt(nextOffset));
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
