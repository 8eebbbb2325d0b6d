import { readInput } from '@ssp/service/operator';
import { TraceId, W3cTraceId } from '@ssp/spine';
import { z } from 'zod';

const Instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-03-01T12:00:00Z' });

/** Which decisions are asked for. */
export const DecisionQuery = z
  .strictObject({
    decisionId: z.string().min(1).max(100).optional(),
    traceId: TraceId.optional(),
    w3cTraceId: W3cTraceId.optional(),
    internalId: z.uuid().optional(),
  })
  .refine(
    (query) => Object.keys(query).length === 1,
    'ask for one of decisionId, traceId, w3cTraceId, internalId',
  );

/** One of them is not null. */
export type DecisionSearch = {
  readonly decisionId: string | null;
  readonly traceId: string | null;
  readonly w3cTraceId: string | null;
  readonly internalId: string | null;
};

const DAY_MS = 86_400_000;
const daysMax = 92;

const period = { since: Instant, until: Instant };

function sound<Schema extends z.ZodType<{ readonly since: string; readonly until: string }>>(schema: Schema) {
  return schema
    .refine(({ since, until }) => Date.parse(since) < Date.parse(until), 'since: must be before until')
    .refine(
      ({ since, until }) => Date.parse(until) - Date.parse(since) <= daysMax * DAY_MS,
      `since: at most ${daysMax} days before until`,
    );
}

/** A period of at most 92 days. */
export const PeriodQuery = sound(z.strictObject(period));
/** The same, and how finely targets are told apart in it. */
export const GroupQuery = sound(
  z.strictObject({
    ...period,
    /** How many segments of a target's path are told apart. */
    segments: z.coerce.number().int().min(0).max(50),
  }),
);

/** Until is exclusive. */
export type Period = { readonly since: Date; readonly until: Date };

/** A period, and how finely targets are told apart in it. */
export type GroupSearch = Period & { readonly segments: number };

/** Reads the query of `/v1/decisions`. @throws Problem 400 */
export function parseDecisionQuery(query: unknown): DecisionSearch {
  const { decisionId, traceId, w3cTraceId, internalId } = readInput(DecisionQuery, query);
  return {
    decisionId: decisionId ?? null,
    traceId: traceId ?? null,
    w3cTraceId: w3cTraceId?.toLowerCase() ?? null,
    internalId: internalId ?? null,
  };
}

/** Reads the query of `/v1/decisions/grouped`. @throws Problem 400 */
export function parseGroupQuery(query: unknown): GroupSearch {
  const { since, until, segments } = readInput(GroupQuery, query);
  return { since: new Date(since), until: new Date(until), segments };
}

/** Reads the query of `/v1/asks`. @throws Problem 400 */
export function parsePeriodQuery(query: unknown): Period {
  const { since, until } = readInput(PeriodQuery, query);
  return { since: new Date(since), until: new Date(until) };
}
