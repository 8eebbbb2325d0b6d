import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat, type ProcStat, tickUs } from './proc-stat.ts';

const looksMax = 10;

/**
 * Every process of this machine that could be read, by its number, as of a moment in which none ended: the time of one that ends after its parent was
 * read would be with neither. On a machine where processes end all the time, after some looks, as of the last.
 */
export function readProcesses(): ReadonlyMap<number, ProcStat> {
  let found: readonly ProcStat[] = [];
  for (let look = 0; look < looksMax; look += 1) {
    const pids = processNumbers();
    found = pids.flatMap(readStat);
    const still = new Set(processNumbers());
    if (found.length === pids.length && pids.every((pid) => still.has(pid))) break;
  }
  return new Map(found.map((stat) => [stat.pid, stat]));
}

const processNumbers = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

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
