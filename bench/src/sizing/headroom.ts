import { costAt, type Figures } from './figures.ts';
import { simulateEdges, type TimesAtEdge } from './simulate-edges.ts';

/** How busy the edges are at the peak, and what that does to requests. */
export type Headroom = {
  readonly busy: number;
  /** Of those that are left when one has died. */
  readonly busyAfter: number;
  readonly before: TimesAtEdge;
  readonly after: TimesAtEdge;
  /** Whether nearly all requests are within the aim also when one edge has died. */
  readonly holds: boolean;
};

/** 99 of 100 requests may wait for and occupy their edge for so long: the aim for all added latency. */
export const p99MsMost = 10;
/** So much garbage as fills the young space comes together about so often. */
export const requestsOfCollection = 500;
const requests = 200_000;
const shares = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Tries one share after the other on so many edges. */
export function tryHeadroom(figures: Figures, edges: number, seed: number): readonly Headroom[] {
  const serviceMs = costAt(figures, Infinity, 'edge') / 1_000;
  return shares.map((busy) => {
    const { before, after } = simulateEdges({
      edges,
      requestsPerSecond: (edges * busy * 1_000) / serviceMs,
      serviceMs,
      pause: { everyRequests: requestsOfCollection, ms: figures.collectionMs },
      requests,
      oneDies: true,
      seed,
    });
    const busyAfter = (busy * edges) / (edges - 1);
    return { busy, busyAfter, before, after, holds: after.p99 <= p99MsMost };
  });
}
