import { type PoolClient } from 'pg';
import { type PoisonedRecord } from './read-records.ts';

/** Keeps what could not be read as an event, byte for byte. */
export async function quarantine(
  client: PoolClient,
  topic: string,
  partition: number,
  records: readonly PoisonedRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await client.query({
    name: 'quarantine',
    text: `
      insert into audit.quarantine (topic, partition, "offset", bytes, reason)
      select $1, $2, * from unnest($3::bigint[], $4::bytea[], $5::text[])`,
    values: [
      topic,
      partition,
      records.map(({ offset }) => offset),
      records.map(({ value }) => value),
      records.map(({ reason }) => reason),
    ],
  });
}
