import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { listenForChanges } from './listen-for-changes.ts';

/** What is to be done about changes, and how they are heard of. */
export type WorkOnChanges = {
  /** Notifies of each change. */
  readonly channel: string;
  /** Longest wait for a turn where the notification is lost. */
  readonly everyMs: number;
  /** One turn; the signal aborts at release. What it rejects with ends the service. */
  readonly work: (signal: AbortSignal) => Promise<void>;
};

/**
 * Works at once, after every change that is heard of, and after `everyMs` without one; a turn at a time, until released.
 * Resolves after the first turn.
 */
export function workOnChanges(
  pool: Pool,
  { channel, everyMs, work }: WorkOnChanges,
  { log, resources, fail }: Pick<Service, 'log' | 'resources' | 'fail'>,
): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let changed = new AbortController();
  const first = work(signal);
  const run = async () => {
    await first;
    while (!signal.aborted) {
      const rest = { signal: AbortSignal.any([signal, changed.signal]) };
      await delay(everyMs, undefined, rest).catch(() => undefined);
      if (signal.aborted) return;
      // Before the work: a change that comes during it asks for another turn.
      changed = new AbortController();
      await work(signal);
    }
  };
  const running = Promise.all([run(), listenForChanges(pool, () => changed.abort(), log, signal, channel)]);
  running.catch(fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
  return first;
}
