import { type Pool } from 'pg';

type Place = { readonly topic: string; readonly partition: number; readonly offset: bigint };

/** Whether the audit has written this record at this place. @throws Error where it has nothing there any more, so that nobody can tell */
export async function isAudited(
  pool: Pool,
  { topic, partition, offset }: Place,
  value: Buffer | null,
): Promise<boolean> {
  const { rows } = await pool.query<{ eventId: string | null; bytes: Buffer | null }>(
    `select event_id::text as "eventId", null::bytea as bytes from audit.event where topic = $1 and partition = $2 and "offset" = $3
     union all
     select null, bytes from audit.quarantine where topic = $1 and partition = $2 and "offset" = $3`,
    [topic, partition, offset],
  );
  const [row] = rows;
  if (row === undefined)
    throw new Error(
      `the audit no longer has what was read at ${topic}/${partition} ${offset}: whether the topic was made anew cannot be told`,
    );
  if (row.bytes !== null) return value !== null && row.bytes.equals(value);
  return value !== null && row.eventId === idOf(value);
}

function idOf(value: Buffer): unknown {
  try {
    const event: unknown = JSON.parse(value.toString());
    return event !== null && typeof event === 'object' && 'id' in event ? event.id : undefined;
  } catch {
    return undefined;
  }
}
