import { type Decision } from './decision.ts';
import { costUs, spanOf } from './gcra.ts';
import { type ResolvedAsk } from './resolved-limits.ts';
import { type TakePlan } from './take-plan.ts';

const fieldsPerAsk = 6;
const none: readonly number[] = [];

/**
 * Reads the script's answer where it admitted all asks: the time, and of every bucket the TAT that they have left behind. What
 * each of them is told follows, as all had room in their order.
 */
export function readWhole(
  reply: string,
  asks: readonly ResolvedAsk[],
  { buckets, met }: TakePlan,
): readonly Decision[] {
  const figures = reply.split(' ');
  if (figures.length !== buckets.length + 1) throw notUnderstood();
  const nowUs = readInteger(figures[0]);
  for (const bucket of buckets) {
    const tatUs = readInteger(figures[bucket.position]);
    bucket.leftUs = nowUs + spanOf(bucket.limit.limit) - (tatUs - bucket.takenUs);
  }
  let next = 0;
  return asks.map(({ limits, cost }): Decision => {
    let gate = -1;
    let remaining = Infinity;
    let resetUs = 0;
    for (let at = 0; at < limits.length; at += 1, next += 1) {
      const bucket = met[next];
      if (bucket === undefined) throw notUnderstood();
      const { limit, mode } = bucket.limit;
      const spareUs = bucket.leftUs - costUs(limit, cost);
      bucket.leftUs = spareUs;
      if (mode === 'shadow' || spareUs >= remaining * limit.intervalUs) continue;
      gate = at;
      remaining = Math.floor(spareUs / limit.intervalUs);
      resetUs = spanOf(limit) - spareUs;
    }
    if (gate < 0) remaining = 0;
    return { admitted: true, gate, remaining, resetUs, retryAfterUs: 0, shadowed: none, weights: 0 };
  });
}

function readInteger(text: string | undefined): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw notUnderstood();
  return value;
}

/** Reads the script's answer where it decided ask by ask. */
export function readOneByOne(reply: unknown, asks: number): readonly Decision[] {
  if (!isIntegers(reply) || reply.length !== asks * fieldsPerAsk) throw notUnderstood();
  return Array.from({ length: asks }, (_, ask) => readDecision(reply, ask * fieldsPerAsk));
}

function readDecision(reply: readonly number[], from: number): Decision {
  const gate = reply[from] ?? 0;
  const shadowed = reply[from + 4] ?? 0;
  return {
    admitted: gate >= 0,
    gate: Math.abs(gate) - 1,
    remaining: reply[from + 1] ?? 0,
    resetUs: reply[from + 2] ?? 0,
    retryAfterUs: reply[from + 3] ?? 0,
    shadowed: shadowed === 0 ? none : positionsIn(shadowed),
    weights: reply[from + 5] ?? 0,
  };
}

function positionsIn(powers: number): readonly number[] {
  return Array.from({ length: 31 }, (_, at) => at).filter((at) => (powers >> at) % 2 === 1);
}

function isIntegers(reply: unknown): reply is readonly number[] {
  return Array.isArray(reply) && reply.every((field) => typeof field === 'number');
}

function notUnderstood(): Error {
  return new Error('the script answered something else than it should');
}
