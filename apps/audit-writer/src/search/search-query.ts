import { exchangeOutcomes } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { Asid, InteractionId, TraceId, W3cTraceId } from '@ssp/spine';
import { z } from 'zod';
import { type Anchor, type Place, readCursor } from './search-cursor.ts';

const DAY_MS = 86_400_000;
const WINDOW_MAX_DAYS = 31;

const Instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-03-01T12:00:00Z' });

/** What exchanges are searched by. Without an id, a window of time is searched: the last day unless said. */
export const SearchFilters = z.strictObject({
  traceId: TraceId.optional().describe('Ssp-TraceID, in either case'),
  w3cTraceId: W3cTraceId.optional().describe(
    'Trace id of the consumer’s own trace (W3C Trace Context): 32 hexadecimal digits, the second part of `traceparent`',
  ),
  internalId: z.uuid().optional().describe('The exchange’s own id, which every answer of ours carries'),
  decisionId: z.string().min(1).max(100).optional().describe('Id of the decision of authz'),
  fromAsid: Asid.optional().describe('ASID of the consumer'),
  toAsid: Asid.optional().describe('ASID of the provider'),
  organisation: z
    .string()
    .regex(/^[A-Z0-9]{1,12}$/, 'an organisation is an ODS code such as R1A14')
    .optional()
    .describe('ODS code of either party, as the directory had it when authz was asked'),
  interactionId: InteractionId.optional().describe('Ssp-InteractionID'),
  outcome: z.enum(exchangeOutcomes).optional().describe('How it ended'),
  refusal: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'a refusal is a code of docs/errors.md')
    .optional()
    .describe('Code of the refusal, as docs/errors.md lists them'),
  from: Instant.optional().describe('Start of the window; a day before its end unless an id is asked for'),
  to: Instant.optional().describe('End of the window, exclusive; now unless an id is asked for'),
});

/** The same for one page of what is found. */
export const SearchQuery = SearchFilters.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Exchanges on a page'),
  cursor: z
    .string()
    .max(500)
    .optional()
    .describe('`next` of the page before; to be sent with the query of that page'),
});

type Filters = Omit<z.output<typeof SearchFilters>, 'from' | 'to'>;

/** What to look for, and where to go on from. */
export type Search = Place & {
  readonly filters: Filters;
  /**
   * The event that stands for an exchange: its end where something is asked for that only the end tells, else its beginning.
   * Time, order and pages go by that event.
   */
  readonly anchor: Anchor;
  readonly limit: number;
};

/** Reads the query string. @throws Problem 400 */
export function parseSearch(query: unknown, nowMs: number): Search {
  const { limit, cursor, ...filters } = readInput(SearchQuery, query);
  return searchOf(filters, { limit, nowMs, cursor });
}

/** What filters ask for. @throws Problem 400 where their window or the cursor is none */
export function searchOf(
  { from: since, to: until, ...filters }: z.output<typeof SearchFilters>,
  {
    limit,
    nowMs,
    cursor,
  }: { readonly limit: number; readonly nowMs: number; readonly cursor?: string | undefined },
): Search {
  const anchor = anchorOf(filters);
  const position = cursor === undefined ? null : readCursor(cursor, anchor);
  const isOne = filters.traceId ?? filters.w3cTraceId ?? filters.internalId ?? filters.decisionId;
  // A page goes by the window of the first one, which "now" has left behind.
  let to = position?.to ?? instant(until);
  let from = position?.from ?? instant(since);
  if (isOne === undefined) {
    to ??= new Date(nowMs);
    from ??= new Date(to.getTime() - DAY_MS);
  }
  if (from && to && from >= to) throw new Problem(400, 'from: must be before to');
  if (isOne === undefined && from && to && to.getTime() - from.getTime() > WINDOW_MAX_DAYS * DAY_MS) {
    throw new Problem(400, `from: at most ${WINDOW_MAX_DAYS} days before to, unless an id is asked for`);
  }
  return { filters, anchor, from, to, after: position?.after ?? null, limit };
}

function instant(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function anchorOf({ decisionId, organisation, outcome, refusal }: Filters): Anchor {
  return (decisionId ?? organisation ?? outcome ?? refusal) === undefined ? 'received' : 'completed';
}
