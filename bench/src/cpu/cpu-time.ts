import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat, type ProcStat, tickUs } from './proc-stat.ts';

/** Every process of this machine that could be read, by its number. */
export function readProcesses(): ReadonlyMap<number, ProcStat> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readStat(pid).map((stat) => [stat.pid, stat] as const)));
}

/**
 * CPU time that a process, its threads and all its descendants have used, in microseconds. A child that ends in
 * between is not lost: its time goes over to its parent. @throws Error when the process does not run
 */
export function cpuTimeUs(processes: ReadonlyMap<number, ProcStat>, pid: number): number {
  const own = processes.get(pid);
  if (own === undefined) throw new Error(`process ${pid} has ended`);
  const children = [...processes.values()].filter(({ parentPid }) => parentPid === pid);
  return children.reduce((sum, child) => sum + cpuTimeUs(processes, child.pid), own.ticks * tickUs);
}

function readStat(pid: string): readonly ProcStat[] {
  try {
    return [parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
  } catch {
    // It ended while we looked.
    return [];
  }
}
