import { type CallerReport } from './counters.ts';

/** What an edge does not tell again within this time is forgotten: it has died, or nothing is open any more. */
export const leaseUs = 10_000_000;

/** When a place in flight comes free cannot be known; this is what a refused caller is told to wait. */
export const inFlightWaitUs = 1_000_000;

/** What one edge has open at one provider. */
export type Lease = {
  readonly edge: string;
  count: number;
  sequence: number;
  expiresUs: number;
};

/** What is open at one provider, as a batch finds it and adds to it. */
export type OpenAt = {
  readonly leases: Lease[];
  /** All that is open, with what the batch has added so far. */
  open: number;
  /** The caller's own lease; null where it says nothing, or where what it says is older than what is known. */
  readonly own: Lease | null;
  /** What each admission adds: nought where a newer report has counted this batch's asks already. */
  readonly adds: 0 | 1;
};

/** Forgets what has expired and takes the caller's report in. A lease never lasts longer than if it were told now. */
export function takeReport(
  known: readonly Lease[],
  caller: CallerReport | null,
  key: string,
  nowUs: number,
): OpenAt {
  const leases = known
    .map((lease) => ({ ...lease, expiresUs: Math.min(lease.expiresUs, nowUs + leaseUs) }))
    .filter(({ expiresUs }) => expiresUs > nowUs);
  if (caller === null) return { leases, open: openIn(leases), own: null, adds: 1 };
  const found = leases.find(({ edge }) => edge === caller.edge);
  if (found && found.sequence >= caller.sequence) return { leases, open: openIn(leases), own: null, adds: 0 };
  const own = found ?? { edge: caller.edge, count: 0, sequence: 0, expiresUs: 0 };
  own.count = caller.counts.get(key) ?? own.count;
  own.sequence = caller.sequence;
  own.expiresUs = nowUs + leaseUs;
  if (!found) leases.push(own);
  return { leases, open: openIn(leases), own, adds: 1 };
}

/** Counts one more exchange as open. */
export function openOne(at: OpenAt): void {
  at.open += at.adds;
  if (at.own) at.own.count += at.adds;
}

function openIn(leases: readonly Lease[]): number {
  return leases.reduce((sum, { count }) => sum + count, 0);
}
