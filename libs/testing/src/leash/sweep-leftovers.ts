import { SetupError } from '../setup-error.ts';
import { isRunning } from './process-identity.ts';
import { readLeashRecord, removeLeashRecord } from './leash-record.ts';
import { stopProcesses, waitUntilGone } from './stop-processes.ts';

const keeperMs = 12_000;

/**
 * Ends what an earlier start in `dir` left behind when it was killed together with its keeper.
 * Throws a SetupError while the process that started them still runs.
 */
export async function sweepLeftovers(dir: string): Promise<void> {
  const record = readLeashRecord(dir);
  if (record === undefined) return;
  if (isRunning(record.owner)) {
    throw new SetupError(`Process ${record.owner.pid} already runs programs in ${dir}; stop it first.`);
  }
  // A keeper that is still there is stopping them, more gently than we would.
  await waitUntilGone([record.keeper], keeperMs);
  await stopProcesses(record.processes);
  removeLeashRecord(dir);
}
