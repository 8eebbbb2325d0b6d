import { readFile } from 'node:fs/promises';

/** The most memory that a process has had so far, in MB. @throws Error when it does not run */
export async function peakMemoryMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}
