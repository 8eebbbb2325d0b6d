import { type FullUrls } from '@ssp/contracts';
import { readInput, Why } from '@ssp/service/operator';
import { TraceId } from '@ssp/spine';
import { type Pool } from 'pg';
import { z } from 'zod';
import { findAnchors } from './find-anchors.ts';
import { searchOf } from './search-query.ts';
import { type TellRead } from './tell-read.ts';

const most = 100;

/** Whose full URLs are asked for, and why. */
export const FullUrlsAsk = z
  .strictObject({
    traceId: TraceId.optional().describe('Of all exchanges of this Ssp-TraceID, the newest hundred'),
    internalIds: z.array(z.uuid()).min(1).max(most).optional().describe('Of these exchanges'),
    why: Why.describe('The ground of the read, kept with it for good'),
  })
  .refine(
    ({ traceId, internalIds }) => (traceId === undefined) !== (internalIds === undefined),
    'ask for one of traceId, internalIds',
  );

/** Reads full URLs for `who`, once the read itself is audited. @throws Problem 400, 503 */
export async function readFullUrls(
  pool: Pool,
  tellRead: TellRead,
  { who, body }: { readonly who: string; readonly body: unknown },
): Promise<FullUrls> {
  const { traceId, internalIds: given, why } = readInput(FullUrlsAsk, body);
  const internalIds = given ?? (await idsOf(pool, traceId));
  const asked = traceId === undefined ? { internalIds: String(internalIds) } : { traceId };
  const readId = await tellRead({ kind: 'full-urls', who, why, asked, internalIds });
  const { rows } = await pool.query<{ internalId: string; occurredAt: Date; url: string }>(
    // Each by the place of its event, whatever the planner thinks of so many.
    `select event.internal_id as "internalId", event.occurred_at as "occurredAt", apart.url
    from audit.event
    cross join lateral (
      select full_url.url from audit.full_url
      where full_url.topic = event.topic and full_url.partition = event.partition and full_url."offset" = event."offset"
        and full_url.occurred_at = event.occurred_at
      limit 1
    ) apart
    where event.internal_id = any($1::uuid[]) and event.kind = 'received'
    order by event.occurred_at, event.internal_id`,
    [internalIds],
  );
  return {
    readId,
    urls: rows.map(({ internalId, occurredAt, url }) => ({
      internalId,
      receivedAt: occurredAt.toISOString(),
      url,
    })),
  };
}

async function idsOf(pool: Pool, traceId: string | undefined): Promise<string[]> {
  const found = await findAnchors(pool, searchOf({ traceId }, { limit: most, nowMs: Date.now() }));
  return found.map(({ internalId }) => internalId);
}
