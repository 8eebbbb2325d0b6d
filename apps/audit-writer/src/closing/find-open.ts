import { type OpenExchange } from '@ssp/contracts';
import { z } from 'zod';
import { type Place } from '../place.ts';
import { type Queryable } from '../queryable.ts';

/** So many received events are looked at in one part. */
const eventsAtOnce = 2_000;

/** What a part of a partition's received events came to. */
export type LookedThrough = {
  /** Below it everything was looked at. */
  readonly below: bigint;
  /** Those of them that have no end, and are not closed. */
  readonly open: readonly OpenExchange[];
};

type OpenRow = Omit<OpenExchange, 'edge' | 'traceparent'> & { readonly body: string };

const Told = z.object({
  source: z.string(),
  data: z.object({ traceparent: z.string().nullish() }).optional(),
});

/** Looks at the received events of a partition from `since` on, at most as many as one part has, and none from `end` on. */
export async function findOpen(
  pool: Queryable,
  { topic, partition }: Pick<Place, 'topic' | 'partition'>,
  since: bigint,
  end: bigint,
): Promise<LookedThrough> {
  const { rows: spans } = await pool.query<{ last: string | null; earliest: Date | null }>({
    text: `
      select max("offset") as last, min(occurred_at) as earliest
      from (
        select "offset", occurred_at from audit.event
        where topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4
        order by "offset" limit $5
      ) span`,
    values: [topic, partition, since, end, eventsAtOnce],
  });
  const { last, earliest } = spans[0] ?? { last: null, earliest: null };
  if (last === null) return { below: end, open: [] };
  // By the index of each exchange, whatever the planner thinks of so many; months before the earliest are left alone.
  const { rows } = await pool.query<OpenRow>({
    text: `
      select distinct on (received.internal_id)
        received.internal_id as "internalId", received.trace_id as "traceId", received.from_asid as "from",
        received.to_asid as "to", received.interaction_id as "interactionId", received.method,
        received.redacted_url as "redactedUrl", received.remote_address as "remoteAddress",
        received.occurred_at as "receivedAt", received.body::text as body
      from audit.event received
      left join lateral (
        select true as is_there from audit.event told
        where told.internal_id = received.internal_id and told.kind in ('completed', 'exchange.closed')
          and told.occurred_at > $5::timestamptz - interval '1 day'
        limit 1
      ) ending on true
      where received.topic = $1 and received.partition = $2 and received."offset" >= $3 and received."offset" <= $4
        and received.occurred_at >= $5 and ending.is_there is null`,
    values: [topic, partition, since, last, earliest],
  });
  const open = rows.map(({ body, ...row }) => {
    const { source, data } = Told.parse(JSON.parse(body));
    return { ...row, edge: source, traceparent: data?.traceparent };
  });
  return { below: BigInt(last) + 1n, open };
}
