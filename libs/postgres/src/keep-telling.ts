import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { workOnChanges } from './work-on-changes.ts';

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
  service: Service,
): void {
  const { log, health } = service;
  let failingSince: Date | null = null;

  const tell = async (signal: AbortSignal) => {
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
  void workOnChanges(pool, { channel, everyMs: pollMs, work: tell }, service);
  // No reason to turn operators away: what they change stands.
  health.addCheck('audit', () =>
    failingSince === null ? undefined : { but: `changes are not told since ${failingSince.toISOString()}` },
  );
}
