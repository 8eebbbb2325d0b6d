import { boundsReader, type KafkaConnection } from '@ssp/kafka';
import { type Logger } from 'pino';
import { askEnds, type AskedEnds, areStored } from './told-before.ts';
import { type Closing, settleArrived } from './settle-arrived.ts';

const intervalMaxMs = 60_000;

/** Closes the exchanges that nobody ended, every so often; any number of writers may do so at once. */
export function keepClosing(
  closing: Closing,
  kafka: KafkaConnection,
  log: Logger,
  resources: AsyncDisposableStack,
): void {
  const { pool, closeAfterMs } = closing;
  const readBounds = boundsReader(kafka, resources);
  const released = Promise.withResolvers<null>();
  let isReleased = false;
  let asked: AskedEnds | null = null;
  let running: Promise<void> | null = null;

  const round = async () => {
    try {
      if (asked !== null) {
        if (!(await areStored(pool, asked))) return;
        const closed = await settleArrived(closing, asked.at);
        if (closed > 0) log.warn({ closed }, 'exchanges whose end nobody told were closed as abandoned');
      }
      // A Kafka that hangs must not hold up the end.
      const ends = askEnds(pool, readBounds);
      ends.catch(() => undefined);
      asked = await Promise.race([ends, released.promise]);
    } catch (error) {
      if (!isReleased) log.error({ err: error }, 'exchanges without an end were not closed');
    } finally {
      running = null;
    }
  };
  const timer = setInterval(
    () => {
      running ??= round();
    },
    Math.min(intervalMaxMs, Math.ceil(closeAfterMs / 4)),
  );
  resources.defer(async () => {
    isReleased = true;
    clearInterval(timer);
    released.resolve(null);
    await running;
  });
}
