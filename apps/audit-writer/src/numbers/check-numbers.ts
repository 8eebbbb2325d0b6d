import { type Queryable } from '../queryable.ts';
import { keptProducers, type KeptProducer, producerName } from './kept-producers.ts';
import { NumberSet } from './number-set.ts';
import { type NumberSpan, partsOutside, partsWithin } from './number-spans.ts';
import { numbersPutAside, type StoredNumber, storedNumbers } from './stored-numbers.ts';

/** Numbers of a producer that are not there once each. */
export type NumberFault = NumberSpan & {
  readonly kind: 'never written' | 'taken away' | 'repeated';
  readonly topic: string;
  readonly source: string;
  /** Of a repeat: where the second one stands. */
  readonly partition?: number;
  readonly offset?: string;
};

export type CheckedNumbers = {
  readonly producers: number;
  readonly events: number;
  /** Of producers that number none, and from before there were numbers. */
  readonly unnumbered: number;
  /** Numbers that are there in what was put aside. */
  readonly putAside: number;
  /** Numbers whose rows retention has dropped. */
  readonly retired: number;
  readonly faults: readonly NumberFault[];
};

/** Around the time up to which rows were dropped, a later row may have the lower number. */
const orderGraceMs = 3_600_000;
/** An event may be written that long after it was made: so long Kafka keeps it. */
const delayGraceMs = 14 * 86_400_000;

export type CheckSettings = {
  /** How long lower numbers may take to come. */
  readonly gapAfterMs: number;
  /** Up to when retention has dropped rows; null where it has not. */
  readonly retiredBeforeMs: number | null;
};

/** What the events say of one producer. */
class Found {
  readonly there = new NumberSet();
  /** Of events. */
  lowest = Number.POSITIVE_INFINITY;
  /** Of events from before the time up to which rows were dropped, or from soon after it. */
  highestEarly = 0;

  /** Returns false for a number that is there already. */
  note({ number, occurredAt }: StoredNumber, earlyMs: number): boolean {
    if (occurredAt && number < this.lowest) this.lowest = number;
    if (occurredAt && occurredAt.getTime() < earlyMs && number > this.highestEarly)
      this.highestEarly = number;
    return this.there.add(number);
  }
}

/**
 * Shows from the stored events that of every producer each number up to its highest is there once, and names those that are not. What the writers have noted
 * beside the events tells which were never written and which were taken away. `onEvent` is called for each event.
 */
export async function checkNumbers(
  db: Queryable,
  { gapAfterMs, retiredBeforeMs }: CheckSettings,
  onEvent: (events: number) => void = () => undefined,
): Promise<CheckedNumbers> {
  const before = await keptProducers(db, gapAfterMs);
  const found = new Map([...before.keys()].map((name) => [name, new Found()]));
  const earlyMs = (retiredBeforeMs ?? Number.NEGATIVE_INFINITY) + orderGraceMs;
  const faults: NumberFault[] = [];
  const seen = { events: 0, unnumbered: 0, putAside: 0 };
  const note = (stored: StoredNumber) => {
    const name = producerName(stored.topic, stored.source);
    const of = found.get(name) ?? new Found();
    found.set(name, of);
    return of.note(stored, earlyMs);
  };
  for await (const stored of storedNumbers(db)) {
    onEvent((seen.events += 1));
    if (stored === null) seen.unnumbered += 1;
    else if (!note(stored)) faults.push(repeatOf(stored));
  }
  for await (const stored of numbersPutAside(db)) if (note(stored)) seen.putAside += 1;

  // A partition may have been read before its part of a producer's numbers came.
  const after = await keptProducers(db, gapAfterMs);
  let retired = 0;
  for (const [name, of] of found) {
    const noted = before.get(name);
    // What came meanwhile alone is for the next check.
    if (!noted) continue;
    const { topic, source } = noted;
    const droppedBelow = retiredBeforeMs === null ? 0 : droppedBelowOf(of, noted, retiredBeforeMs);
    for (const { kind, ...span } of missingOf(of.there, noted, after.get(name)?.runs ?? [])) {
      const [gone, left] = kind === 'taken away' ? splitAt(span, droppedBelow) : [0, span];
      retired += gone;
      if (left) faults.push({ kind, topic, source, ...left });
    }
  }
  return { producers: found.size, ...seen, retired, faults };
}

function repeatOf({ topic, source, partition, offset, number }: StoredNumber): NumberFault {
  return { kind: 'repeated', topic, source, first: number, last: number, partition, offset };
}

function missingOf(there: NumberSet, noted: KeptProducer, runsNow: readonly NumberSpan[]) {
  const highestNoted = noted.runs.at(-1)?.last ?? 0;
  return [...there.holes(Math.max(there.highest, highestNoted))].flatMap((span) => [
    ...partsWithin(span, noted.runs).map((part) => ({ ...part, kind: 'taken away' as const })),
    ...partsOutside(span, noted.runs)
      .flatMap((part) => partsOutside(part, runsNow))
      .flatMap((part) => partsWithin(part, [{ first: 1, last: noted.settled }]))
      .map((part) => ({ ...part, kind: 'never written' as const })),
  ]);
}

/** Numbers below this one may have gone with rows that were dropped. */
function droppedBelowOf(
  { lowest, highestEarly }: Found,
  { sinceMs }: KeptProducer,
  retiredBeforeMs: number,
): number {
  const beganBefore = sinceMs < retiredBeforeMs + delayGraceMs;
  return Math.max(beganBefore ? lowest : 0, highestEarly);
}

/** How many of a span's numbers are below `number`, and the others. */
function splitAt({ first, last }: NumberSpan, number: number): readonly [number, NumberSpan | null] {
  const below = Math.max(0, Math.min(last + 1, number) - first);
  return [below, first + below > last ? null : { first: first + below, last }];
}
