import { type CounterState } from './counter-state.ts';
import { stillSharing } from './fair-share.ts';

const sweepIntervalUs = 5_000_000;

/**
 * Gives what is called before each batch: every 5 s of its time it forgets what is as good as never used, so that the memory
 * is that of the consumers and providers of the last moments.
 */
export function forgetUnused(state: CounterState): (nowUs: number) => void {
  let sweepAtUs = 0;
  return (nowUs) => {
    if (nowUs < sweepAtUs) return;
    sweep(state, nowUs);
    sweepAtUs = nowUs + sweepIntervalUs;
  };
}

function sweep({ tats, sharers, leases }: CounterState, nowUs: number): void {
  for (const [key, tatUs] of tats) if (tatUs <= nowUs) tats.delete(key);
  for (const [key, of] of sharers) if (stillSharing(of, nowUs).length === 0) sharers.delete(key);
  for (const [key, of] of leases) if (of.every(({ expiresUs }) => expiresUs <= nowUs)) leases.delete(key);
}
