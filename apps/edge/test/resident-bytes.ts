import { readFileSync } from 'node:fs';

/** Physical memory that a process holds now. Linux alone tells. */
function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

/** Most that a process's memory grows above where it stands while `work` goes on, in bytes; looked at every 20 ms. */
export async function growthDuring(pid: number, work: () => Promise<void>): Promise<number> {
  const before = residentBytes(pid);
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 20);
  await work().finally(() => clearInterval(look));
  return most - before;
}
