import { type Queryable } from '../queryable.ts';
import { type NumberSpan } from './number-spans.ts';

/** What the writers have noted of a producer's numbers. */
export type KeptProducer = {
  readonly topic: string;
  readonly source: string;
  readonly sinceMs: number;
  /** In order, and a hole between each. */
  readonly runs: readonly NumberSpan[];
  /** The highest number that was written long enough ago for all lower ones to have come. */
  readonly settled: number;
};

/** Every producer of every topic, by both. */
export async function keptProducers(
  db: Queryable,
  gapAfterMs: number,
): Promise<ReadonlyMap<string, KeptProducer>> {
  const { rows } = await db.query<{
    topic: string;
    source: string;
    since: Date;
    first: string;
    last: string;
    isSettled: boolean;
  }>(
    `select topic, source, since, first_number as first, last_number as last,
       at <= clock_timestamp() - make_interval(secs => $1) as "isSettled"
     from audit.producer join audit.number_run on producer_no = no
     order by topic, source, first_number`,
    [gapAfterMs / 1_000],
  );
  const byProducer = Map.groupBy(rows, ({ topic, source }) => producerName(topic, source));
  return new Map(
    [...byProducer].map(([name, runs]) => {
      const [{ topic, source, since } = { topic: '', source: '', since: new Date(0) }] = runs;
      const kept = {
        topic,
        source,
        sinceMs: since.getTime(),
        runs: joined(runs.map(({ first, last }) => ({ first: Number(first), last: Number(last) }))),
        settled: Number(runs.findLast(({ isSettled }) => isSettled)?.last ?? 0),
      };
      return [name, kept] as const;
    }),
  );
}

/** Runs that touch, as one: the writers may not have come to it yet. */
function joined(runs: readonly NumberSpan[]): readonly NumberSpan[] {
  const whole: NumberSpan[] = [];
  for (const run of runs) {
    const before = whole.at(-1);
    if (before?.last === run.first - 1) whole[whole.length - 1] = { first: before.first, last: run.last };
    else whole.push(run);
  }
  return whole;
}

/** One name for a producer on a topic; no topic's name has a blank. */
export function producerName(topic: string, source: string): string {
  return `${topic} ${source}`;
}
