import { type ClientBase } from 'pg';

/** A record that cannot be counted, and why, in words without its content. */
export type PoisonRecord = { readonly offset: bigint; readonly value: Buffer; readonly reason: string };

/** Puts records aside as they came, once each. */
export async function quarantine(
  client: ClientBase,
  topic: string,
  partition: number,
  records: readonly PoisonRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await client.query({
    name: 'quarantine',
    text: `
      insert into billing.quarantine (topic, partition, record_offset, reason, value)
      select $1, $2, given.* from unnest($3::bigint[], $4::text[], $5::bytea[]) as given
      on conflict do nothing`,
    values: [
      topic,
      partition,
      records.map(({ offset }) => offset),
      records.map(({ reason }) => reason),
      records.map(({ value }) => value),
    ],
  });
}
