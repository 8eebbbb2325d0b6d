import { type Logger } from 'pino';
import { type ArchiveFault } from './archive-faults.ts';
import { type Fault } from './fault.ts';

/** Not 1, which is for a verification that did not come to its end. */
export const statusOfFaults = 3;

/** Logs each fault, and a summary. Gives the exit status. */
export function tellFaults(
  log: Logger,
  seen: Readonly<Record<string, number>>,
  faults: readonly Fault[],
  ofArchives: readonly ArchiveFault[] = [],
): number {
  for (const fault of ofArchives) log.error(fault, 'an archive is not as it was written');
  for (const { offset, ...fault } of faults)
    log.error({ ...fault, offset: String(offset) }, 'the audit is not as it was written');
  const found = faults.length + ofArchives.length;
  log.info({ ...seen, faults: found }, found === 0 ? 'unaltered' : 'verified, with faults');
  return found === 0 ? 0 : statusOfFaults;
}
