import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalProgram } from '@ssp/testing';
import { giveWay } from './give-way.ts';

const everyMs = 1_000;

/**
 * Lets a program of many processes give way, until `stopping` aborts: each that it starts leads a session of its own (so it is with
 * Postgres), whose group begins at the usual weight.
 */
export async function keepGivingWay(
  program: Pick<LocalProgram, 'pid'>,
  stopping: AbortSignal,
): Promise<void> {
  let given = new Set<number>();
  while (!stopping.aborted) {
    const running = [program.pid, ...(await childrenOf(program.pid))];
    for (const pid of running) if (!given.has(pid)) await giveWay(pid);
    given = new Set(running);
    await sleep(everyMs, undefined, { ref: false });
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean).map(Number);
}
