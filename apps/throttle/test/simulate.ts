import { emptyState } from '../src/counting/counter-state.ts';
import { decideBatch } from '../src/counting/decide-batch.ts';
import { asking, rate } from './sample-asks.ts';

/** Consumers that ask a provider alike, each at random moments (Poisson). */
export type Crowd = {
  readonly name: string;
  readonly consumers: number;
  /** Asks per second of each. */
  readonly perSecond: number;
  readonly weight?: number;
  /** Second in which they begin. */
  readonly from?: number;
};

/** What the consumers of a crowd asked and got, each, from the first second that counts on. */
export type Got = {
  readonly name: string;
  readonly askedPerSecond: number;
  /** Of the one of the crowd that got least, and of the one that got most. */
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
  /** Part of all that the crowd asked that was admitted. */
  readonly admitted: number;
};

/** The provider of every simulation: the default limit. */
export const provider = { intervalUs: 5_000, burst: 400 };
const seconds = 20;
/** The burst is used up by then. */
const countedFrom = 5;

/** Lets crowds ask one provider for twenty seconds of virtual time; `below` nought means without shares. */
export function simulate(crowds: readonly Crowd[], below: number): readonly Got[] {
  const members = crowds.flatMap((crowd) => Array.from({ length: crowd.consumers }, () => crowd));
  const state = emptyState();
  const limits = [rate('provider', 'p', provider)];
  const asked = members.map(() => 0);
  const got = members.map(() => 0);
  for (const { atUs, member, counted } of arrivals(members)) {
    const share = { key: 's', consumer: String(member), weight: members[member]?.weight ?? 1, below };
    const ask = asking(limits, { share: below === 0 ? null : share });
    const [decision] = decideBatch(state, [ask], null, 1_767_225_600_000_000 + atUs);
    if (!counted) continue;
    asked[member] = (asked[member] ?? 0) + 1;
    if (decision?.admitted) got[member] = (got[member] ?? 0) + 1;
  }
  return crowds.map((crowd) => {
    const counted = seconds - Math.max(countedFrom, crowd.from ?? 0);
    const mine = members.flatMap((member, at) => (member === crowd ? [at] : []));
    const ofMine = (of: readonly number[]) => mine.map((at) => of[at] ?? 0);
    return {
      name: crowd.name,
      askedPerSecond: sum(ofMine(asked)) / crowd.consumers / counted,
      leastPerSecond: Math.min(...ofMine(got)) / counted,
      mostPerSecond: Math.max(...ofMine(got)) / counted,
      admitted: sum(ofMine(got)) / sum(ofMine(asked)),
    };
  });
}

function sum(of: readonly number[]): number {
  return of.reduce((total, one) => total + one, 0);
}

function arrivals(members: readonly Crowd[]) {
  const random = seeded(7);
  const all: { readonly atUs: number; readonly member: number; readonly counted: boolean }[] = [];
  for (const [member, { perSecond, from = 0 }] of members.entries()) {
    const countedFromUs = Math.max(countedFrom, from) * 1_000_000;
    let atUs = from * 1_000_000;
    for (;;) {
      atUs += Math.ceil((-Math.log(1 - random()) * 1_000_000) / perSecond);
      if (atUs >= seconds * 1_000_000) break;
      all.push({ atUs, member, counted: atUs >= countedFromUs });
    }
  }
  return all.toSorted((one, other) => one.atUs - other.atUs);
}

/** Numbers from nought to below one: the same seed gives the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
