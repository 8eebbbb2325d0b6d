import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { listenForChanges } from './listen-for-changes.ts';

const pollMs = 5_000;

/** Changes that are committed here and must be told elsewhere, at least once. */
export type Outbox = {
  /** Tells when there is something new. */
  readonly channel: string;
  /** Tells the oldest that are untold and notes it; gives whether there may be more at once. Rejects when none could be told. */
  readonly tellSome: () => Promise<boolean>;
  /** Called about every turn, to measure; what it rejects with is passed over. */
  readonly countUntold: () => Promise<void>;
  /** May what was given out before still be on its way? Then it is not given out again. */
  readonly isOnItsWay: () => boolean;
};

/**
 * Tells of every committed change, until released. Where it cannot be told, the change stands, readiness says so, and it is
 * told later.
 */
export function keepTelling(
  pool: Pool,
  { channel, tellSome, countUntold, isOnItsWay }: Outbox,
  { log, resources, health, fail }: Service,
): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let changed = Promise.withResolvers<void>();
  let failingSince: Date | null = null;

  const tell = async () => {
    await countUntold().catch(() => undefined);
    // Offering it again and again would tell it as often.
    if (failingSince !== null && isOnItsWay()) return;
    try {
      let isMore = true;
      while (isMore && !signal.aborted) isMore = await tellSome();
      if (failingSince !== null) log.info('the audit is told of changes again');
      failingSince = null;
    } catch (error) {
      if (failingSince === null)
        log.error({ err: error }, 'the audit was not told of a change; trying again');
      failingSince ??= new Date();
    }
    await countUntold().catch(() => undefined);
  };
  const run = async () => {
    while (!signal.aborted) {
      // Before the work: a change that comes during it asks for another turn.
      changed = Promise.withResolvers();
      await tell();
      await Promise.race([changed.promise, delay(pollMs, undefined, { signal }).catch(() => undefined)]);
    }
  };
  const running = Promise.all([run(), listenForChanges(pool, () => changed.resolve(), log, signal, channel)]);
  running.catch(fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
  // No reason to turn operators away: what they change stands.
  health.addCheck('audit', () =>
    failingSince === null ? undefined : { but: `changes are not told since ${failingSince.toISOString()}` },
  );
}
