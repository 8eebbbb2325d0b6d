import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** By how much a process that gives way is nicer than ours: at 10 it weighs a tenth where both want the same core. */
const nicerBy = 10;
const nicest = 19;

// The kernel takes one such change each tenth of a second from all who are not root.
const autogroupTries = 20;
const autogroupPauseMs = 110;

/**
 * Lets a process give way to others on a busy machine, with the threads that it has and will have. Only a courtesy: where the system has
 * no such thing, does not permit it, or the process is gone, everything stays as it is.
 */
export async function giveWay(pid: number): Promise<void> {
  const priority = Math.min(getPriority() + nicerBy, nicest);
  // Linux knows a priority of each thread, which those it starts inherit: its first one first.
  for (const thread of [pid, ...threadsOf(pid)]) quietly(() => setPriority(thread, priority));
  await giveWayAsGroup(pid);
}

/** With autogroups, a priority counts only within its session, and what counts between sessions is that of the group. */
async function giveWayAsGroup(pid: number): Promise<void> {
  for (let tries = 0; tries < autogroupTries; tries += 1) {
    try {
      return await writeFile(`/proc/${pid}/autogroup`, String(nicerBy), { flag: 'r+' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
    }
    await sleep(autogroupPauseMs, undefined, { ref: false });
  }
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Gone, or not ours.
  }
}
