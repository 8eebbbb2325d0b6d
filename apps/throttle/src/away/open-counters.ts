import { type Service } from '@ssp/service';
import { type Counters } from '../counting/counters.ts';
import { localCounters } from '../counting/local-counters.ts';
import { type ThrottleMetrics } from '../metrics.ts';
import { type OpenRedis } from '../open-redis.ts';
import { keepTurning } from '../counting/keep-turning.ts';
import { keptIn } from '../counting/kept-in.ts';
import { redisCounters } from '../counting/redis-counters.ts';
import { Breaker } from './breaker.ts';
import { keepPresent, type Presence } from './presence.ts';
import { sharedOrLocal } from './shared-or-local.ts';
import { watchOutages } from './watch-outages.ts';

/** What the counters of a process are made with. */
export type CountersConfig = {
  readonly hashTag: string;
  /** Longest wait of a batch for Redis. */
  readonly timeoutMs: number;
  /** Local counters divide by so many processes at least. */
  readonly processesMin: number;
};

/** Opens the counters: those in Redis while it answers, else those of this process. They never reject, and never make wait. */
export async function openCounters(
  { redis, connectionFault }: OpenRedis,
  { hashTag, timeoutMs, processesMin }: CountersConfig,
  { metrics, service }: { readonly metrics: ThrottleMetrics; readonly service: Service },
): Promise<Counters> {
  const { log, health, resources } = service;
  let presence: Presence | undefined;
  const processes = () => Math.max(processesMin, presence?.processes() ?? 1);
  const tell = watchOutages({ metrics, log, processes, connectionFault });
  const breaker = new Breaker((state, cause) => {
    tell(state, cause);
    if (state === 'open') presence?.probeSoon();
  });
  const heard = () => metrics.processes.set(processes());
  heard();
  presence = await keepPresent({ redis, hashTag, timeoutMs, breaker, heard }, resources);
  // Ready also without Redis: it answers, and taking all processes out would leave nobody who does.
  health.addCheck('redis', () =>
    breaker.state === 'closed' ? undefined : { but: 'away: limits are counted in each process alone' },
  );
  const kept = keptIn(hashTag);
  const shared = redisCounters(redis, kept);
  keepTurning(shared, kept, resources);
  return sharedOrLocal({
    shared,
    local: localCounters(processes),
    breaker,
    timeoutMs,
    metrics,
  });
}
