import { type Client } from 'pg';

/** A table that a writer fills, and the columns that it fills. */
export type CopiedTable = { readonly name: string; readonly columns: string };

/** The audit's tables that grow with each event. */
export const auditTables: readonly CopiedTable[] = [
  {
    name: 'audit.event',
    columns:
      `topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid,
      interaction_id, method, redacted_url, status, outcome, refusal, remote_address, certificate_serial, certificate_dn,
      decision_id, certificate_names, network, sender_ods, receiver_ods, w3c_trace_id, body, digest`.replaceAll(
        /\s+/g,
        ' ',
      ),
  },
  {
    name: 'audit.full_url',
    columns: 'topic, partition, "offset", internal_id, occurred_at, url, digest',
  },
];

/** Takes every index off them, those of their keys too. */
export async function dropIndexes(client: Client): Promise<void> {
  await client.query(`
    do $$
    declare
      one record;
    begin
      for one in
        select conrelid::regclass as on_table, conname as name from pg_constraint
        where conrelid in ('audit.event'::regclass, 'audit.full_url'::regclass) and contype = 'p'
      loop
        execute format('alter table %s drop constraint %I', one.on_table, one.name);
      end loop;
      for one in
        select indexrelid::regclass as name from pg_index
        where indrelid in ('audit.event'::regclass, 'audit.full_url'::regclass)
      loop
        execute format('drop index %s', one.name);
      end loop;
    end
    $$`);
}
