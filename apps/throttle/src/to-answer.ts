import { type ThrottleAnswer } from '@ssp/contracts';
import { type Taken } from './counting/counters.ts';

const secondUs = 1_000_000;

/** Puts a decision into whole seconds for the edge, rounded up: nobody comes back too early. */
export function toAnswer(taken: Taken, version: string): ThrottleAnswer {
  if (taken.admission === 'unavailable') return { ...taken, version };
  const { speaker, shadowed } = taken;
  const allowance = {
    rule: speaker.rule,
    scope: speaker.scope,
    version,
    counters: taken.counters,
    limit: speaker.limit,
    remaining: taken.remaining,
    resetSeconds: Math.ceil(taken.resetUs / secondUs),
    ...(shadowed.length > 0 && { shadowed: [...shadowed] }),
  };
  if (taken.admission === 'admit') return { admission: 'admit', ...allowance };
  return {
    admission: 'refuse',
    ...allowance,
    windowSeconds: speaker.windowUs === null ? null : Math.ceil(speaker.windowUs / secondUs),
    retryAfterSeconds: Math.ceil(taken.retryAfterUs / secondUs),
  };
}
