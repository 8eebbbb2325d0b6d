import { type PlatformCard } from '@ssp/platform';
import { Client } from 'pg';

/** Asks on a connection of its own: Postgres may have been away since the last time. */
export async function askPostgres<Row>(
  card: PlatformCard,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: card.postgres });
  await client.connect();
  try {
    const { rows } = await client.query(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
