import { type Pass } from './load-directory.ts';

/** When each pass is due, in milliseconds of the caller's clock; infinite where it is not to run by itself. */
export type Due = Readonly<Record<Pass, number>>;

/** How long after one pass the next of its kind is due, in milliseconds. */
export type IntervalsMs = Due;

/** At first only a whole load can tell anything. */
export const dueAtStart: Due = { whole: 0, listing: Infinity, changes: Infinity };

/** The pass to run now, or the milliseconds until there is one. A cheap one goes first: it may be what somebody waits for. */
export function nextPass(due: Due, nowMs: number): Pass | number {
  if (due.whole <= nowMs) return 'whole';
  if (due.changes <= nowMs) return 'changes';
  if (due.listing <= nowMs) return 'listing';
  return Math.min(due.whole, due.changes, due.listing) - nowMs;
}

/** How a pass ended; `abandoned` for what is asked for. */
export type PassEnd = 'good' | 'unable' | 'refused' | 'failed' | 'abandoned';

/** What is due after a pass has ended. */
export function dueAfter(due: Due, pass: Pass, end: PassEnd, nowMs: number, intervals: IntervalsMs): Due {
  const next = nowMs + intervals[pass];
  switch (end) {
    case 'good':
      // What changed while the whole was read may have been missed, so its end is a moment to list.
      return pass === 'whole' ? { changes: nowMs, listing: nowMs, whole: next } : { ...due, [pass]: next };
    case 'unable':
      return pass === 'changes'
        ? { ...due, changes: next, listing: nowMs }
        : { ...due, listing: next, whole: nowMs };
    case 'refused':
      // Nothing more is taken in until a whole load is believed.
      return { ...dueAtStart, whole: pass === 'whole' ? nowMs + intervals.listing : nowMs };
    case 'failed':
      return { ...due, [pass]: nowMs + Math.min(intervals[pass], intervals.listing) };
    case 'abandoned':
      return due;
  }
}

/** What somebody asks for: what has changed and then what is gone, or the whole. */
export type Demand = 'changes' | 'whole';

/** What is due once somebody asks for it; the whole, where nothing less may run. */
export function dueOnDemand(due: Due, demand: Demand, nowMs: number): Due {
  if (demand === 'whole') return { ...due, whole: nowMs };
  return due.listing === Infinity ? { ...due, whole: nowMs } : { ...due, changes: nowMs, listing: nowMs };
}
