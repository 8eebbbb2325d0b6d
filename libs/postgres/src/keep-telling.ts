import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { changesPerTurn, tellInTurn, type Untold } from './tell-in-turn.ts';
import { workOnChanges } from './work-on-changes.ts';

const pollMs = 5_000;

/** Changes that the audit is to be told of, and how that goes. */
export type Outbox<Change> = Untold<Change> & {
  /** Notifies of each change. */
  readonly channel: string;
  /** May what was given out before still be on its way? Then it is not given out again. */
  readonly isOnItsWay: () => boolean;
  readonly countUntold: () => Promise<number>;
  readonly metrics: {
    readonly unpublished: { readonly set: (changes: number) => void };
    readonly published: { readonly inc: (changes: number) => void };
  };
};

/**
 * Tells the audit of every committed change, in their order and at least once, until released. Where it cannot be told, the
 * change stands, readiness says so, and it is told later.
 */
export function keepTelling<Change>(pool: Pool, outbox: Outbox<Change>, service: Service): void {
  const { metrics, countUntold, isOnItsWay } = outbox;
  const { log, health } = service;
  let failingSince: Date | null = null;

  const measure = () =>
    countUntold().then(
      (untold) => metrics.unpublished.set(untold),
      () => undefined,
    );
  const tellAll = async (signal: AbortSignal) => {
    let told = changesPerTurn;
    while (told === changesPerTurn && !signal.aborted) {
      told = await tellInTurn(pool, outbox);
      metrics.published.inc(told);
    }
  };
  const work = async (signal: AbortSignal) => {
    await measure();
    // Offering it again and again would tell it as often.
    if (failingSince !== null && isOnItsWay()) return;
    try {
      await tellAll(signal);
      if (failingSince !== null) log.info('the audit is told of changes again');
      failingSince = null;
    } catch (error) {
      if (failingSince === null)
        log.error({ err: error }, 'the audit was not told of a change; trying again');
      failingSince ??= new Date();
    }
    await measure();
  };
  void workOnChanges(pool, { channel: outbox.channel, everyMs: pollMs, work }, service);
  // No reason to turn operators away: what they change stands.
  health.addCheck('audit', () =>
    failingSince === null ? undefined : { but: `changes are not told since ${failingSince.toISOString()}` },
  );
}
