import { askPostgres } from './ask-postgres.ts';
import { type PlatformCard } from './platform-card.ts';

/** What the audit holds of one trace: how often each of its events, and how it told of the end. */
export type Audited = {
  readonly received: number;
  readonly completed: number;
  /** By the audit itself, as abandoned. */
  readonly closed: number;
  readonly status: number | null;
  /** The code of a refusal. */
  readonly refusal: string | null;
};

/** What the audit holds of these traces. */
export async function auditOfEach(
  card: PlatformCard,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, Audited>> {
  const rows = await askPostgres<Audited & { readonly traceId: string }>(
    card,
    `select trace_id as "traceId", count(*) filter (where kind = 'received')::int as received,
       count(*) filter (where kind = 'completed')::int as completed,
       count(*) filter (where kind = 'exchange.closed')::int as closed, max(status) as status,
       max(refusal) as refusal
     from audit.event where trace_id = any($1) group by 1`,
    [traceIds],
  );
  return new Map(rows.map(({ traceId, ...audited }) => [traceId, audited]));
}

/** How many exchanges have ended: as the audit says, and as billing has counted them. */
export async function endsOfBoth(card: PlatformCard) {
  const [row] = await askPostgres<{ readonly audited: number; readonly counted: number }>(
    card,
    `select
       (select count(distinct internal_id)::int from audit.event where kind = 'completed') as audited,
       (select coalesce(sum(requests), 0)::int from billing.usage_hour) as counted`,
  );
  return row ?? { audited: 0, counted: -1 };
}

/** Why records were put aside that could not be read as events; a repeat that the audit recognised is none. */
export async function putAside(card: PlatformCard): Promise<readonly string[]> {
  const rows = await askPostgres<{ readonly reason: string }>(
    card,
    `select reason from audit.quarantine where reason not like 'a repeat%'
     union all select reason from billing.quarantine`,
  );
  return rows.map(({ reason }) => reason);
}
