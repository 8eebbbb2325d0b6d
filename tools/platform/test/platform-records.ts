import { Client } from 'pg';
import { type PlatformCard } from '../src/platform-card.ts';

type AuditRow = { trace_id: string; kind: string; status: number | null; refusal: string | null };

/** What the platform of the moment has recorded. */
export function platformRecords(card: () => PlatformCard) {
  async function query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: card().postgres });
    await client.connect();
    try {
      const { rows } = await client.query(text, [...values]);
      return rows;
    } finally {
      await client.end();
    }
  }
  return {
    query,
    /** The audit's rows of these traces, the received ones first. */
    auditOf: (traceIds: readonly string[]) =>
      query<AuditRow>(
        'select trace_id, kind, status, refusal from audit.event where trace_id = any($1) order by kind desc',
        [traceIds],
      ),
    /** Who made the changes of the rules that give this ground, as the audit has it. */
    rulesAudited: (why: string) =>
      query<{ who: string }>(
        `select body->'data'->>'who' as who from audit.event
         where kind = 'rules.changed' and body->'data'->>'why' = $1`,
        [why],
      ),
    /** This month's requests, as the billing API counts them. */
    usageCounted: async (): Promise<number> => {
      const { billingApi, tokens } = card();
      const month = new Date().toISOString().slice(0, 7);
      const response = await fetch(`${billingApi}/v1/usage?month=${month}&groupBy=supplier`, {
        headers: { authorization: `Bearer ${tokens.billing}` },
      });
      const report: { totals: { requests: number } } = JSON.parse(await response.text());
      return report.totals.requests;
    },
  };
}
