import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** A process that leads a group of its own, and the signal that asks it to end. */
export interface LeashedIdentity extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
}

const pollMs = 20;

/**
 * Asks process groups to end, all at once, and kills those that have not ended after `graceMs`.
 * Resolves when every leader is gone; never touches a process that merely has the number of one that ended.
 */
export async function stopProcesses(processes: readonly LeashedIdentity[], graceMs = 5_000): Promise<void> {
  const running = processes.filter(isRunning);
  for (const { pid, stopSignal } of running) {
    signalGroup(pid, stopSignal);
    // A paused process cannot hear the request.
    signalGroup(pid, 'SIGCONT');
  }
  const stubborn = await waitUntilGone(running, graceMs);
  for (const { pid } of stubborn) signalGroup(pid, 'SIGKILL');
  await waitUntilGone(stubborn, graceMs);
}

/** Waits until processes have ended, and answers those that run on after `timeoutMs`. */
export async function waitUntilGone<T extends ProcessIdentity>(
  processes: readonly T[],
  timeoutMs: number,
): Promise<readonly T[]> {
  const deadlineMs = performance.now() + timeoutMs;
  let running = processes.filter(isRunning);
  while (running.length > 0 && performance.now() < deadlineMs) {
    await delay(pollMs);
    running = running.filter(isRunning);
  }
  return running;
}

/** Sends a signal to a whole process group; one that no longer exists is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
