import { type Client } from 'pg';
import { tablesSize } from '../authz/fill-tables.ts';

/** As many exchanges a second as the national service has on average; 500,000 an hour. */
const spacingMs = 7.2;

/**
 * Fills the audit with exchanges that were allowed, both events of each, ending an hour's turn before now, and returns the
 * period. No two of an hour are alike, which is the worst there can be. From within the database, in the size of real rows.
 */
export async function fillAudit(
  client: Client,
  exchanges: number,
): Promise<{ readonly since: Date; readonly until: Date }> {
  const hourMs = 3_600_000;
  const until = new Date(Date.now() - (Date.now() % hourMs));
  const since = new Date(until.getTime() - Math.ceil((exchanges * spacingMs) / hourMs) * hourMs);
  await client.query('select audit.ensure_month($1), audit.ensure_month($2)', [since, until]);
  // What is not looked at here would only make the filling longer.
  await client.query('alter table audit.event drop constraint event_pkey');
  await client.query(`
    drop index audit.event_internal_id, audit.event_trace_id, audit.event_decision_id, audit.event_occurred_at,
      audit.event_from_asid, audit.event_to_asid, audit.event_interaction_id, audit.event_outcome`);
  const { practices, consumers, interactionsEach } = tablesSize;
  await client.query(exchangeEvents, [
    exchanges,
    since,
    spacingMs,
    practices,
    consumers,
    interactionsEach,
    'x'.repeat(bodyBytes),
  ]);
  await client.query('create index event_occurred_at on audit.event (occurred_at)');
  await client.query('vacuum analyze audit.event');
  return { since, until };
}

/** Of an event in JSON, beside what its columns hold too. */
const bodyBytes = 1_200;

// 7919 has no factor in common with any of the sizes, so one exchange after another concerns other systems.
const exchangeEvents = `
  insert into audit.event (
    topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid, interaction_id, method,
    redacted_url, status, outcome, remote_address, certificate_dn, body, digest, decision_id, certificate_names, network)
  select kind, nth % 6, nth, nth || '.' || kind, kind, $2::timestamptz + nth * $3::float8 * interval '1 ms',
    internal_id, internal_id, '2000' || lpad(consumer::text, 8, '0'), '9181' || lpad(practice::text, 8, '0'),
    'urn:nhs:names:services:gpconnect:fhir:rest:search:resource' || n % $6 || '-1', 'GET',
    '/https://p' || lpad(practice::text, 5, '0') || '.supplier' || practice % 4 || '.thirdparty.nhs.uk/G'
      || lpad(practice::text, 5, '0') || '/STU3/1/gpconnect/fhir/Patient/2?identifier=**********',
    case kind when 'completed' then 200 end, case kind when 'completed' then 'forwarded' end, '192.0.2.1',
    'CN=c' || lpad(consumer::text, 5, '0'), to_json($7::text), sha256(''),
    case kind when 'completed' then 'bench.' || nth end,
    'c' || lpad(consumer::text, 5, '0') || '.consumer.thirdparty.nhs.uk', 'private'
  from generate_series(0, $1::int - 1) as nth
  cross join lateral (select (nth::bigint * 7919) % ($5::int * $6::int) as n) as numbered
  cross join lateral (
    select n % $4::int as practice, (n * 7) % $5::int as consumer, gen_random_uuid() as internal_id
  ) as parties
  cross join unnest(array['received', 'completed']) as kind`;
