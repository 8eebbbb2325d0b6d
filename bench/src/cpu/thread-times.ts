import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat, tickUs } from './proc-stat.ts';

/** CPU time of each thread of a process so far, in microseconds, by number; names come twice (Node's workers share one). */
export type ThreadTimes = ReadonlyMap<number, { readonly name: string; readonly us: number }>;

/** Reads what `/proc` tells of a process's own threads. */
export function readThreadTimes(pid: number): ThreadTimes {
  const dir = `/proc/${pid}/task`;
  const stats = readdirSync(dir).map((tid) => parseProcStat(readFileSync(`${dir}/${tid}/stat`, 'utf8')));
  return new Map(stats.map((stat) => [stat.pid, { name: stat.command, us: stat.ticks * tickUs }]));
}

/** What the threads have used between two readings, summed by name, the busiest first; the main thread is `main`. */
export function usedByThreads(
  pid: number,
  before: ThreadTimes,
  after: ThreadTimes,
): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const [tid, { name, us }] of after) {
    const label = tid === pid ? 'main' : name;
    used.set(label, (used.get(label) ?? 0) + us - (before.get(tid)?.us ?? 0));
  }
  return new Map([...used].toSorted(([, a], [, b]) => b - a));
}
