import { setTimeout as sleep } from 'node:timers/promises';
import { type CpuShares, readShares, sharesPerEvent } from '../cpu/cpu-shares.ts';

/** Processes that read a topic of so many events from its beginning into a database. */
type Reading = {
  /** As a person would call them. */
  readonly what: string;
  readonly running: readonly { readonly pid: number; readonly hasExited: () => boolean }[];
  /** The process ids of the stores. */
  readonly stores: { readonly postgres: number; readonly kafka: number };
  /** How many events are in the tables. */
  readonly stored: () => Promise<number>;
  readonly events: number;
};

export type CatchUp = {
  /** From the first events in the tables to the last. */
  readonly eventsPerSecond: number;
  /** For each event. */
  readonly cpuUs: CpuShares;
};

const pollMs = 50;
const stalledMs = 60_000;

/** Resolves once all events are in the tables. @throws Error when a process ends before, or nothing comes for a minute */
export async function measureCatchUp(
  { what, running, stores, stored, events }: Reading,
  signal: AbortSignal,
): Promise<CatchUp> {
  const pids = running.map(({ pid }) => pid);
  let first: { readonly ms: number; readonly stored: number; readonly cpu: CpuShares } | null = null;
  for (let [last, movedMs] = [0, performance.now()]; ;) {
    const now = await stored();
    const ms = performance.now();
    if (now > 0) first ??= { ms, stored: now, cpu: readShares(stores, pids) };
    if (first !== null && now >= events) {
      const more = now - first.stored;
      return {
        eventsPerSecond: (more / (ms - first.ms)) * 1_000,
        cpuUs: sharesPerEvent(first.cpu, readShares(stores, pids), more),
      };
    }
    if (now > last) [last, movedMs] = [now, ms];
    if (running.some((one) => one.hasExited()))
      throw new Error(`${what}: a process has ended, see .local/bench`);
    if (ms - movedMs > stalledMs)
      throw new Error(`${what}: nothing was written for ${stalledMs / 1_000} s, see .local/bench`);
    await sleep(pollMs, undefined, { signal });
  }
}
