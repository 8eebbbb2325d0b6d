import { Client } from 'pg';
import { type PlatformCard } from './platform-card.ts';

/** Asks on a connection of its own: Postgres may have been away since the last time. */
export async function askPostgres<Row>(
  { postgres }: Pick<PlatformCard, 'postgres'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: postgres });
  await client.connect();
  try {
    const { rows } = await client.query(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
