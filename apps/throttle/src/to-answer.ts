import { type ThrottleAnswer } from '@ssp/contracts';
import { type Taken } from './counting/counters.ts';

const secondUs = 1_000_000;

/** Puts a decision into whole seconds for the edge, rounded up: nobody comes back too early. */
export function toAnswer(taken: Taken, version: string): ThrottleAnswer {
  if (taken.admission === 'unavailable') return { ...taken, version };
  const { speaker, shadowed } = taken;
  const { rule, scope, limit } = speaker;
  const { counters, remaining } = taken;
  const resetSeconds = Math.ceil(taken.resetUs / secondUs);
  // Nearly every answer is of this kind.
  if (taken.admission === 'admit' && shadowed.length === 0) {
    return { admission: 'admit', rule, scope, version, counters, limit, remaining, resetSeconds };
  }
  const allowance = { rule, scope, version, counters, limit, remaining, resetSeconds };
  const told = shadowed.length === 0 ? allowance : { ...allowance, shadowed: [...shadowed] };
  if (taken.admission === 'admit') return { admission: 'admit', ...told };
  return {
    admission: 'refuse',
    ...told,
    windowSeconds: speaker.windowUs === null ? null : Math.ceil(speaker.windowUs / secondUs),
    retryAfterSeconds: Math.ceil(taken.retryAfterUs / secondUs),
  };
}
