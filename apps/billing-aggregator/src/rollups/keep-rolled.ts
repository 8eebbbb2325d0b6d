import { setTimeout as delay } from 'node:timers/promises';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type RollerMetrics } from '../metrics.ts';
import { readUnsummed } from './read-unsummed.ts';
import { rollUsage } from './roll-usage.ts';

const everyMs = 60_000;

/** Keeps sums up to date until released. What fails is tried again: without sums answers only take longer. */
export function keepRolled(
  pool: Pool,
  metrics: RollerMetrics,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const roll = async () => {
    let rolled = 0;
    for await (const { grain, periods } of rollUsage(pool, new Date(), signal)) {
      metrics.summed.inc({ grain }, periods);
      rolled += periods;
    }
    return rolled;
  };
  const tellUnsummed = async () => {
    const { hours, ageSeconds } = await readUnsummed(pool, new Date());
    metrics.unsummed.set(hours);
    metrics.unsummedAge.set(ageSeconds);
  };
  /** @returns whether there may be more to do */
  const goThrough = async () => {
    try {
      const rolled = await roll();
      if (rolled > 0) log.info({ rolled }, 'usage summed up');
      metrics.wentThrough(new Date());
      return rolled > 0;
    } catch (error) {
      metrics.failures.inc();
      log.warn({ err: error }, 'usage could not be summed up');
      return false;
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      const hasMore = await goThrough();
      await tellUnsummed().catch((error: unknown) =>
        log.warn({ err: error }, 'what is to be summed up could not be seen'),
      );
      if (!hasMore) await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
}
