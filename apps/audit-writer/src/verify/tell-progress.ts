import { type Logger } from 'pino';
import { type Progress } from './verify-audit.ts';

const everyMs = 5_000;
/** Rows between two looks at the clock. */
const everyRows = 1_000;

/** Logs every five seconds how far a walk over the audit has come, and how fast it goes. */
export function tellProgress(log: Logger, doing = 'verifying'): (progress: Progress) => void {
  let lastMs = performance.now();
  let lastRows = 0;
  return ({ topic, partition, rows, checkpoints }) => {
    if (rows % everyRows !== 0) return;
    const elapsedMs = performance.now() - lastMs;
    if (elapsedMs < everyMs) return;
    const rowsPerSecond = Math.round(((rows - lastRows) / elapsedMs) * 1_000);
    log.info({ topic, partition, rows, checkpoints, rowsPerSecond }, doing);
    lastMs += elapsedMs;
    lastRows = rows;
  };
}
