import { Problem } from '@ssp/service';
import { Asid, TraceId } from '@ssp/spine';
import { z } from 'zod';

const DAY_MS = 86_400_000;
const WINDOW_MAX_DAYS = 31;

const Instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-03-01T12:00:00Z' });

/** What may be asked for. Without an id, a window of time is searched: the last day unless said. */
const SearchQuery = z.strictObject({
  traceId: TraceId.optional(),
  internalId: z.uuid().optional(),
  decisionId: z.string().min(1).max(100).optional(),
  fromAsid: Asid.optional(),
  toAsid: Asid.optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export type Search = {
  readonly traceId: string | null;
  readonly internalId: string | null;
  readonly decisionId: string | null;
  readonly fromAsid: string | null;
  readonly toAsid: string | null;
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date | null;
  readonly limit: number;
};

/** Reads the query string. @throws Problem 400 */
export function parseSearch(query: unknown, nowMs: number): Search {
  const parsed = SearchQuery.safeParse(query);
  if (!parsed.success) {
    throw new Problem(
      400,
      parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '),
    );
  }
  const { traceId, internalId, decisionId, fromAsid, toAsid, limit } = parsed.data;
  const isOne = traceId !== undefined || internalId !== undefined || decisionId !== undefined;
  let from = instant(parsed.data.from);
  let to = instant(parsed.data.to);
  if (!isOne) {
    to ??= new Date(nowMs);
    from ??= new Date(to.getTime() - DAY_MS);
  }
  if (from && to && from >= to) throw new Problem(400, 'from: must be before to');
  if (!isOne && from && to && to.getTime() - from.getTime() > WINDOW_MAX_DAYS * DAY_MS) {
    throw new Problem(400, `from: at most ${WINDOW_MAX_DAYS} days before to, unless an id is asked for`);
  }
  return {
    traceId: traceId ?? null,
    internalId: internalId ?? null,
    decisionId: decisionId ?? null,
    fromAsid: fromAsid ?? null,
    toAsid: toAsid ?? null,
    from,
    to,
    limit,
  };
}

function instant(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
