import { setTimeout as delay } from 'node:timers/promises';
import { type Pass } from './load-directory.ts';
import {
  type Demand,
  type Due,
  dueAfter,
  dueAtStart,
  dueOnDemand,
  type IntervalsMs,
  nextPass,
  type PassEnd,
} from './load-schedule.ts';

/** Runs a pass; an abort has it abandoned. */
export type Attempt = (pass: Pass, signal: AbortSignal) => Promise<PassEnd>;

export type Passes = {
  /** Asks for a load at once. A listing under way that nobody asked for is abandoned for it. */
  readonly demand: (demand: Demand) => void;
  /** Runs each pass when it is due, one at a time, until aborted. */
  readonly run: () => Promise<void>;
};

/** The passes of a loader, first a whole one. */
export function createPasses(attempt: Attempt, intervalsMs: IntervalsMs, signal: AbortSignal): Passes {
  let due: Due = dueAtStart;
  // Whether somebody asked for a listing that is yet to begin.
  let isAsked = false;
  const demands: Demand[] = [];
  let demanded = Promise.withResolvers<void>();
  let unasked: AbortController | null = null;

  function takeDemands(): void {
    for (const demand of demands.splice(0)) {
      // It will be seen by the listing that is to come; were that put off for it, many demands could put it off for ever.
      if (demand === 'changes' && isAsked) continue;
      due = dueOnDemand(due, demand, performance.now());
      isAsked ||= demand === 'changes';
    }
  }

  return {
    demand(demand) {
      demands.push(demand);
      demanded.resolve();
      unasked?.abort();
    },
    async run() {
      while (!signal.aborted) {
        takeDemands();
        const next = nextPass(due, performance.now());
        if (typeof next === 'number') {
          await Promise.race([demanded.promise, waited(next, signal)]);
          demanded = Promise.withResolvers();
          continue;
        }
        const abandon = new AbortController();
        // One that was asked for runs to its end, lest demands leave none.
        unasked = next === 'listing' && !isAsked ? abandon : null;
        if (next !== 'changes') isAsked = false;
        const end = await attempt(next, AbortSignal.any([signal, abandon.signal]));
        unasked = null;
        due = dueAfter(due, next, end, performance.now(), intervalsMs);
      }
    },
  };
}

const waited = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined);
