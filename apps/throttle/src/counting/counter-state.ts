import { type CallerReport } from './counters.ts';
import { type Sharer, stillSharing } from './fair-share.ts';
import { type Lease, type OpenAt, takeReport } from './in-flight.ts';

/** What is remembered between batches, by key. */
export type CounterState = {
  readonly tats: Map<string, number>;
  readonly sharers: Map<string, Sharer[]>;
  readonly leases: Map<string, Lease[]>;
};

/** Counts of which nothing is used yet. */
export function emptyState(): CounterState {
  return { tats: new Map(), sharers: new Map(), leases: new Map() };
}

/** The state as one batch sees it: each provider's sharers and leases are brought up to the batch's time once. */
export type BatchView = {
  readonly nowUs: number;
  readonly caller: CallerReport | null;
  readonly sharersOf: (key: string) => Sharer[];
  readonly openAt: (key: string) => OpenAt;
};

/** Opens a state for a batch and takes the caller's report of what is in flight in. */
export function viewState(state: CounterState, caller: CallerReport | null, nowUs: number): BatchView {
  const sharers = new Map<string, Sharer[]>();
  const opens = new Map<string, OpenAt>();
  const view: BatchView = {
    nowUs,
    caller,
    sharersOf: (key) => {
      const found = sharers.get(key) ?? stillSharing(state.sharers.get(key) ?? [], nowUs);
      sharers.set(key, found);
      state.sharers.set(key, found);
      return found;
    },
    openAt: (key) => {
      const found = opens.get(key) ?? takeReport(state.leases.get(key) ?? [], caller, key, nowUs);
      opens.set(key, found);
      // Without a report that counts there is nothing new to remember.
      if (found.own) state.leases.set(key, found.leases);
      return found;
    },
  };
  for (const key of caller?.counts.keys() ?? []) view.openAt(key);
  return view;
}
