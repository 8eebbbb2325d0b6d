import { deedKinds } from '@ssp/contracts';
import { readInput } from '@ssp/service/operator';
import { type Pool } from 'pg';
import { z } from 'zod';

const Instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-03-01T12:00:00Z' });

/** Events of exchanges are found by their exchange. */
export const EventQuery = z.strictObject({
  kind: z.enum(deedKinds, `only events of the kinds ${deedKinds.join(' and ')} are found here`),
  from: Instant.nullable().default(null),
  /** Exclusive. */
  to: Instant.nullable().default(null),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type EventQuery = z.output<typeof EventQuery>;

/** Reads the query string. @throws Problem 400 */
export function parseEventQuery(query: unknown): EventQuery {
  return readInput(EventQuery, query);
}

/** Events of a kind as they were told, the newest first. */
export async function findEvents(
  pool: Pool,
  { kind, from, to, limit }: EventQuery,
): Promise<readonly object[]> {
  const { rows } = await pool.query<{ body: object }>({
    // Not a named statement, and the kind, one of those above, written out: the plan should use its index.
    text: `
      select body from audit.event
      where kind = '${kind}'
        and ($1::timestamptz is null or occurred_at >= $1)
        and ($2::timestamptz is null or occurred_at < $2)
      order by occurred_at desc, "offset" desc
      limit $3`,
    values: [from, to, limit],
  });
  return rows.map(({ body }) => body);
}
