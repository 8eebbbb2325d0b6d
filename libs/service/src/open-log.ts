import { type Logger, pino } from 'pino';
import { writeObjectsWhole } from './write-objects-whole.ts';

/** Longest that a line waits in memory. */
const flushMs = 250;
const bufferedBytes = 4_096;

/**
 * A process's log on its standard output. Lines gather for a quarter of a second or 4 kB, since a system call for each line is a
 * part of what a request costs; whatever way the process ends by itself, they are written out first.
 */
export function openLog(name: string, level: string): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: true,
    minLength: bufferedBytes,
    periodicFlush: flushMs,
  });
  process.on('exit', () => destination.flushSync());
  return writeObjectsWhole(pino({ name, level }, destination));
}
