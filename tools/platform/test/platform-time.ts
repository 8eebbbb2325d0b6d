import { startOwnTime } from '@ssp/testing';
import { expect } from 'vitest';
import { type PlatformCard } from '../src/platform-card.ts';

/** What a change takes effect in. */
const asked = ['edge', 'authz', 'throttle'];
/** Seldom enough that nobody is kept from work by it. */
const tickMs = 50;

const look = async ({ admin }: { readonly admin: string }) => (await fetch(`${admin}/healthz`)).bytes();

/** Tells time as the platform has it: what holds up the edge and whom it asks holds up the clock. */
export function startPlatformTime({ services }: PlatformCard, resources: AsyncDisposableStack) {
  const processes = asked.flatMap((name) => services[name] ?? []);
  const ownMs = startOwnTime(resources, () => Promise.all(processes.map(look)), tickMs);
  return {
    ownMs,
    /** What is promised of a change that has just been made. */
    withinASecond: async (holds: () => PromiseLike<unknown>): Promise<void> => {
      const changedAtMs = ownMs();
      await holds();
      expect(ownMs() - changedAtMs).toBeLessThan(1_000);
    },
  };
}
