import { setTimeout as delay } from 'node:timers/promises';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { rollUsage } from './roll-usage.ts';

const everyMs = 60_000;

/** Keeps sums up to date until released. What fails is tried again: without sums answers only take longer. */
export function keepRolled(pool: Pool, { log, resources }: Pick<Service, 'log' | 'resources'>): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      const rolled = await rollUsage(pool, new Date(), signal).catch((error: unknown) => {
        log.warn({ err: error }, 'usage could not be summed up');
        return 0;
      });
      if (rolled > 0) log.info({ rolled }, 'usage summed up');
      else await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
}
