import { type PlatformRecords } from './platform-records.ts';

/** What the audit holds of one trace: how often each of its events, and the status it told. */
export type Audited = {
  readonly received: number;
  readonly completed: number;
  readonly closed: number;
  readonly status: number | null;
};

/** What the audit holds of these traces. */
export async function auditOfEach(
  { query }: Pick<PlatformRecords, 'query'>,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, Audited>> {
  const rows = await query<Audited & { readonly traceId: string }>(
    `select trace_id as "traceId", count(*) filter (where kind = 'received')::int as received,
       count(*) filter (where kind = 'completed')::int as completed,
       count(*) filter (where kind = 'exchange.closed')::int as closed, max(status) as status
     from audit.event where trace_id = any($1) group by 1`,
    [traceIds],
  );
  return new Map(rows.map(({ traceId, ...audited }) => [traceId, audited]));
}

/** How many exchanges have ended: as the audit says, and as billing has counted them. */
export async function endsOfBoth({ query }: Pick<PlatformRecords, 'query'>) {
  const [row] = await query<{ readonly audited: number; readonly counted: number }>(
    `select
       (select count(distinct internal_id)::int from audit.event where kind = 'completed') as audited,
       (select coalesce(sum(requests), 0)::int from billing.usage_hour) as counted`,
  );
  return row ?? { audited: 0, counted: -1 };
}

/** Records that could not be read as events, those told again apart. */
export async function putAside({ query }: Pick<PlatformRecords, 'query'>): Promise<readonly string[]> {
  const rows = await query<{ readonly reason: string }>(
    `select reason from audit.quarantine where reason not like 'a repeat%'
     union all select reason from billing.quarantine`,
  );
  return rows.map(({ reason }) => reason);
}
