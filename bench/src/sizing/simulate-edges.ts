import { seededRandom } from '@ssp/testing';
import { percentile } from '../latency/percentile.ts';
import { exponential } from './exponential.ts';

export type Simulated = {
  readonly edges: number;
  /** Of all edges together; requests come independently of one another. */
  readonly requestsPerSecond: number;
  /** CPU time of a request, on average; single ones are distributed exponentially. */
  readonly serviceMs: number;
  /** Every so often an edge stands still to collect garbage. */
  readonly pause: { readonly everyRequests: number; readonly ms: number };
  readonly requests: number;
  /** After half of the requests one edge dies, and its share goes to the others. */
  readonly oneDies: boolean;
  readonly seed: number;
};

/** What requests spend at their edge, waiting for it and being worked on, in milliseconds; the provider's time is not in it. */
export type TimesAtEdge = { readonly p50: number; readonly p99: number; readonly max: number };

/**
 * Each edge works on one request after the other, in the order in which they came, and each request comes to one of them by chance, as connections
 * spread them. Told apart are those before and those after the death.
 */
export function simulateEdges(given: Simulated): {
  readonly before: TimesAtEdge;
  readonly after: TimesAtEdge;
} {
  const random = seededRandom(given.seed);
  const freeAtMs = Array.from({ length: given.edges }, () => 0);
  const served = Array.from({ length: given.edges }, () => 0);
  const [before, after]: [number[], number[]] = [[], []];
  const gapMs = 1_000 / given.requestsPerSecond;
  let nowMs = 0;
  for (let request = 0; request < given.requests; request += 1) {
    nowMs += exponential(gapMs, random);
    const isAfter = request >= given.requests / 2;
    const alive = given.oneDies && isAfter ? given.edges - 1 : given.edges;
    const edge = random.below(alive);
    const begins = Math.max(nowMs, freeAtMs[edge] ?? 0);
    const count = (served[edge] ?? 0) + 1;
    served[edge] = count;
    const pausedMs = count % given.pause.everyRequests === 0 ? given.pause.ms : 0;
    const endsMs = begins + pausedMs + exponential(given.serviceMs, random);
    freeAtMs[edge] = endsMs;
    (isAfter ? after : before).push(endsMs - nowMs);
  }
  return { before: timesOf(before), after: timesOf(after) };
}

function timesOf(times: number[]): TimesAtEdge {
  const sorted = times.toSorted((one, other) => one - other);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: percentile(sorted, 1) };
}
