import { type PoolClient } from 'pg';
import { type PoisonedRecord, type ReadRecord, repeatReason } from '../read-records.ts';
import { overlappingRuns } from './kept-runs.ts';
import { type NumberRun, NumberRuns } from './number-runs.ts';
import { numberIn } from './numbered.ts';

const takenReason = 'its number is that of another event';

type Parted = {
  readonly fresh: readonly ReadRecord[];
  /** Why not to keep what else there is, by offset. */
  readonly repeated: ReadonlyMap<bigint, string>;
  /** What `fresh` and the poisoned bear, to be stored with them. */
  readonly runs: readonly NumberRun[];
};

/**
 * Parts events whose number is kept already from the others: a producer that does not know whether its last send arrived sends it again. One that bears the
 * number of an event but is another one is told apart from that.
 */
export async function partRepeats(
  client: PoolClient,
  topic: string,
  read: readonly ReadRecord[],
  poisoned: readonly PoisonedRecord[],
): Promise<Parted> {
  const told = part(read, poisoned, new NumberRuns());
  const kept = await overlappingRuns(client, topic, told.runs);
  const { fresh, again, runs } = kept.length === 0 ? told : part(read, poisoned, new NumberRuns(kept));
  if (again.length === 0) return { fresh, repeated: new Map(), runs };
  const ids = new Set([...fresh.map(identityOf), ...(await keptAmong(client, topic, again))]);
  const reasons = again.map(
    (one) => [one.offset, ids.has(identityOf(one)) ? repeatReason : takenReason] as const,
  );
  return { fresh, repeated: new Map(reasons), runs };
}

function part(read: readonly ReadRecord[], poisoned: readonly PoisonedRecord[], kept: NumberRuns) {
  const told = new NumberRuns();
  const fresh: ReadRecord[] = [];
  const again: ReadRecord[] = [];
  for (const one of read) {
    const { numbered } = one.entry;
    const isNew = numbered === null || (!kept.has(numbered) && told.add(numbered));
    (isNew ? fresh : again).push(one);
  }
  // What is put aside is there, if not as an event.
  for (const { value } of poisoned) {
    const numbered = numberIn(value);
    if (numbered !== null && !kept.has(numbered)) told.add(numbered);
  }
  return { fresh, again, runs: told.runs() };
}

function identityOf({ entry }: ReadRecord): string {
  return `${entry.eventId} ${entry.occurredAt}`;
}

/** Which of these events the table has. */
async function keptAmong(
  client: PoolClient,
  topic: string,
  events: readonly ReadRecord[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ place: number }>({
    name: 'kept-among',
    text: `
      select told.place::int as place
      from unnest($2::text[], $3::timestamptz[], $4::uuid[]) with ordinality as told (event_id, occurred_at, internal_id, place)
      where exists (
        select from audit.event
        where event.internal_id = told.internal_id and event.occurred_at = told.occurred_at
          and event.event_id = told.event_id and event.topic = $1
      )`,
    values: [
      topic,
      events.map(({ entry }) => entry.eventId),
      events.map(({ entry }) => entry.occurredAt),
      events.map(({ entry }) => entry.internalId),
    ],
  });
  return rows.flatMap(({ place }) => events[place - 1] ?? []).map(identityOf);
}
