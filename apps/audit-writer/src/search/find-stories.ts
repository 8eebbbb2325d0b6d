import {
  type AuditedExchange,
  type AuditedStories,
  type AuditedStory,
  ExchangeClosed,
  ExchangeCompleted,
  ExchangeReceived,
} from '@ssp/contracts';
import { readInput } from '@ssp/service/operator';
import { TraceId, W3cTraceId } from '@ssp/spine';
import { type Pool } from 'pg';
import { z } from 'zod';
import { exchangesOf, timesAround } from './exchanges-of.ts';
import { findAnchors } from './find-anchors.ts';
import { maskClaims } from './mask-claims.ts';
import { type Search, searchOf } from './search-query.ts';

const most = 20;

/** Whose story is asked for. */
export const StoryQuery = z
  .strictObject({
    traceId: TraceId.optional().describe('Ssp-TraceID, in either case'),
    w3cTraceId: W3cTraceId.optional().describe('Trace id of the consumer’s own trace (W3C Trace Context)'),
    internalId: z.uuid().optional().describe('The exchange’s own id'),
  })
  .refine((query) => Object.keys(query).length === 1, 'ask for one of traceId, w3cTraceId, internalId');

/** Reads the query string. @throws Problem 400 */
export function parseStoryQuery(query: unknown): Search {
  return searchOf(readInput(StoryQuery, query), { limit: most + 1, nowMs: Date.now() });
}

type Row = { readonly internalId: string; readonly kind: string; readonly body: string };

const bodiesOf = `
  select internal_id as "internalId", kind, body::text as body
  from audit.event
  where internal_id = any($1::uuid[]) and occurred_at > $2 and occurred_at < $3
  order by occurred_at desc`;

/** The newest exchanges of what is asked for, with all of their course; claims only where the reader may see them. */
export async function findStories(
  pool: Pool,
  search: Search,
  reader: { readonly seesClaims: boolean },
): Promise<AuditedStories> {
  const found = await findAnchors(pool, search);
  const anchors = found.slice(0, most);
  if (anchors.length === 0) return { stories: [], more: false };
  const exchanges = await exchangesOf(pool, anchors);
  const { rows } = await pool.query<Row>(bodiesOf, [
    anchors.map(({ internalId }) => internalId),
    ...timesAround(anchors),
  ]);
  const stories = exchanges.toReversed().map((exchange) => {
    const bodyOf = (kind: string) =>
      rows.findLast((row) => row.internalId === exchange.internalId && row.kind === kind)?.body ?? null;
    const closedBody = bodyOf(ExchangeClosed.type);
    const story = storyOf(exchange, bodyOf('received'), bodyOf('completed'), closedBody);
    return reader.seesClaims ? story : { ...story, bearer: null };
  });
  return { stories, more: found.length > anchors.length };
}

const { data: receivedData, ...envelope } = ExchangeReceived.schema.shape;
/** As it is stored: its full URL lies elsewhere. */
const StoredReceived = z.object({ ...envelope, data: receivedData.omit({ url: true }) });

function storyOf(
  exchange: AuditedExchange,
  receivedBody: string | null,
  completedBody: string | null,
  closedBody: string | null,
): AuditedStory {
  const completed = completedBody === null ? null : ExchangeCompleted.decode(completedBody);
  const known = completed ?? StoredReceived.parse(JSON.parse(receivedBody ?? ''));
  const { traceparent, clockOffsetMs, connection, contentType, bearer } = known.data;
  return {
    exchange,
    edge: known.source,
    traceparent: traceparent ?? null,
    clockOffsetMs,
    connection,
    contentType,
    bearer: { ...bearer, claims: bearer.claims === null ? null : maskClaims(bearer.claims) },
    end: completed === null ? null : endOf(completed),
    closed: completed !== null || closedBody === null ? null : closingOf(ExchangeClosed.decode(closedBody)),
  };
}

function closingOf({ data: { closedAt, reason } }: ExchangeClosed): AuditedStory['closed'] {
  return { closedAt, reason };
}

function endOf({ data }: ExchangeCompleted): AuditedStory['end'] {
  const { providerStatus, refusalDetail, agreementId, rulesVersion, parties, admission, endpoint } = data;
  const { providerAddress, requestBytes, responseBytes, timings } = data;
  return {
    providerStatus,
    refusalDetail,
    agreementId,
    rulesVersion,
    supplier: parties?.supplier ?? null,
    admission: admission ?? null,
    endpoint,
    providerAddress: providerAddress ?? null,
    requestBytes,
    responseBytes,
    timings,
  };
}
