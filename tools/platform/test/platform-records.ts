import { askPostgres } from '../src/ask-postgres.ts';
import { type PlatformCard } from '../src/platform-card.ts';

type AuditRow = { trace_id: string; kind: string; status: number | null; refusal: string | null };

type AdmissionRow = {
  readonly status: number;
  readonly refusal: string | null;
  readonly admission: Readonly<Record<string, unknown>> | null;
};

/** What the platform of the moment has recorded. */
export function platformRecords(card: () => PlatformCard) {
  const query = <Row>(text: string, values: readonly unknown[] = []) =>
    askPostgres<Row>(card(), text, values);
  return {
    query,
    /** The audit's rows of these traces, the received ones first. */
    auditOf: (traceIds: readonly string[]) =>
      query<AuditRow>(
        'select trace_id, kind, status, refusal from audit.event where trace_id = any($1) order by kind desc',
        [traceIds],
      ),
    /** Who made the changes of the rules, or of the limits, that give this ground, as the audit has it. */
    changesAudited: (kind: 'rules.changed' | 'limits.changed', why: string) =>
      query<{ who: string }>(
        `select body->'data'->>'who' as who from audit.event where kind = $1 and body->'data'->>'why' = $2`,
        [kind, why],
      ),
    /** How these traces ended and what throttle said of each, in the order of their ends. */
    admissionsOf: (traceIds: readonly string[]) =>
      query<AdmissionRow>(
        `select status, refusal, body->'data'->'admission' as admission from audit.event
         where kind = 'completed' and trace_id = any($1) order by occurred_at`,
        [traceIds],
      ),
    /** Those of these exchanges whose supplier is paid. */
    billedOf: async (internalIds: readonly string[]): Promise<readonly string[]> => {
      const rows = await query<{ internal_id: string }>(
        'select internal_id from billing.counted_exchange where billable and internal_id = any($1)',
        [internalIds],
      );
      return rows.map((row) => row.internal_id).toSorted();
    },
    /** The billable requests of these days, as the billing API counts them. */
    billableCounted: async (): Promise<number> => {
      const { billingApi, tokens } = card();
      const dayMs = 24 * 3_600_000;
      const [from, to] = [-dayMs, dayMs].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 13));
      const response = await fetch(`${billingApi}/v1/usage?from=${from}:00Z&to=${to}:00Z&groupBy=supplier`, {
        headers: { authorization: `Bearer ${tokens.billing}` },
      });
      const report: { totals: { billable: number } } = JSON.parse(await response.text());
      return report.totals.billable;
    },
  };
}

export type PlatformRecords = ReturnType<typeof platformRecords>;
