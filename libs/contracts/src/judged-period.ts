import { z } from 'zod';

/** A moment as people and programs write it, its offset with it. */
const Instant = z.iso.datetime({
  offset: true,
  error: 'expected a moment such as 2026-03-01T12:00:00Z',
});

/** The past period that is judged by proposed rules or limits; `until` is exclusive. */
export const judgedPeriod = { since: Instant, until: Instant };

/** The check that a period begins before it ends. */
export const inOrder = z.refine<{ readonly since: string; readonly until: string }>(
  ({ since, until }) => Date.parse(since) < Date.parse(until),
  { path: ['since'], error: 'must be before until' },
);
