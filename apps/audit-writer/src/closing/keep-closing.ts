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
  const released = new AbortController();
  const readBounds = boundsReader(kafka, released.signal, resources);
  let asked: AskedEnds | null = null;
  let running: Promise<void> | null = null;

  const round = async () => {
    try {
      if (asked !== null) {
        if (!(await areStored(pool, asked))) return;
        const closed = await settleArrived(closing, asked.at, released.signal);
        if (closed > 0) log.warn({ closed }, 'exchanges whose end nobody told were closed as abandoned');
      }
      asked = await askEnds(pool, readBounds);
    } catch (error) {
      if (!released.signal.aborted) log.error({ err: error }, 'exchanges without an end were not closed');
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
    clearInterval(timer);
    released.abort();
    await running;
  });
}
