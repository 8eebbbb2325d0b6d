import { type Service } from '../service.ts';
import { checkClock } from './check-clock.ts';
import { type Clock } from './clock.ts';
import { type ClockConfig } from './clock-environment.ts';
import { showClock } from './clock-metrics.ts';
import { ClockRounds } from './clock-rounds.ts';
import { type Clocks, systemClocks } from './clocks.ts';
import { tellClock } from './tell-clock.ts';

/** A clock that is measured; `measure` resolves after the round that is under way, or another one. */
export type WatchedClock = Clock & { readonly measure: () => Promise<void> };

/**
 * Measures the process's clock against the given time servers, from now on at the given pace, and shows it in metrics, readiness and log. Until the first round is
 * over, which takes no longer than one question, the service is not ready.
 */
export function watchClock(
  config: ClockConfig,
  service: Pick<Service, 'log' | 'metrics' | 'health' | 'resources'>,
  clocks: Clocks = systemClocks,
): WatchedClock {
  const { log, metrics, health, resources } = service;
  const stop = new AbortController();
  const rounds = new ClockRounds(config, clocks, stop.signal);
  const tell = tellClock(rounds, config, log);
  const measure = async () => {
    if (config.servers.length === 0) return;
    await rounds.run();
    if (!stop.signal.aborted) tell();
  };
  showClock(rounds, config, metrics);
  if (config.servers.length === 0) {
    log.warn('NTP_SERVERS is not set: the offset of the clock is not measured');
  } else {
    health.addCheck('clock', () => checkClock(rounds, config));
    const timer = setInterval(() => void measure(), config.everyMs);
    resources.defer(() => {
      clearInterval(timer);
      stop.abort();
    });
    void measure();
  }
  return {
    offsetMs: () => (rounds.agreement === null ? null : rounds.lastOffsetMs()),
    measure,
  };
}
