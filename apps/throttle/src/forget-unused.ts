import { type CounterState } from './counter-state.ts';
import { stillSharing } from './fair-share.ts';

/** Forgets what is as good as never used, so that the memory is that of the consumers and providers of the last moments. */
export function forgetUnused({ tats, sharers, leases }: CounterState, nowUs: number): void {
  for (const [key, tatUs] of tats) if (tatUs <= nowUs) tats.delete(key);
  for (const [key, of] of sharers) if (stillSharing(of, nowUs).length === 0) sharers.delete(key);
  for (const [key, of] of leases) if (of.every(({ expiresUs }) => expiresUs <= nowUs)) leases.delete(key);
}
