import { createHash } from 'node:crypto';
import { type Client } from 'pg';
import { tablesSize } from '../authz/fill-tables.ts';
import { exchangeTexts } from './exchange-texts.ts';

/** As many days as the rows are spread over: parts of three months, or of two. */
export const daysFilled = 40;
const atOnce = 250_000;

/** The trace of an exchange of the filled tables. */
export function traceIdOf(nth: number): string {
  const digits = createHash('md5').update(`trace ${nth}`).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Fills the audit's events from within the database with so many exchanges, ending now; the indexes are made at the end. */
export async function fillSearch(client: Client, exchanges: number, until: Date): Promise<void> {
  await client.query(`set maintenance_work_mem = '512MB'`);
  await client.query(
    `
    select audit.ensure_month(day) from generate_series($1::timestamptz - make_interval(days => $2), $1, interval '1 day') as day`,
    [until, daysFilled],
  );
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = 'audit.event'::regclass and not indisprimary`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const { practices, consumers, interactionsEach } = tablesSize;
  const bodies = templates();
  for (let from = 0; from < exchanges; from += atOnce) {
    await client.query(insertExchanges, [
      from,
      Math.min(from + atOnce, exchanges) - 1,
      until,
      (daysFilled * 86_400_000) / exchanges,
      exchanges,
      practices,
      consumers,
      interactionsEach,
      bodies.received,
      bodies.completed,
      mark.internalId,
      mark.traceId,
    ]);
  }
  // Of the months too, which the definition of an index over them leaves out.
  for (const { definition } of indexes) await client.query(definition.replace(' ON ONLY ', ' ON '));
  await client.query('vacuum analyze audit.event');
}

const mark = {
  internalId: '00000000-0000-4000-8000-000000000001',
  traceId: '00000000-0000-4000-8000-000000000002',
};

/** Events without a token, whose claims no search looks at; their ids are marks to be replaced. */
function templates() {
  const texts = exchangeTexts({ nth: 3, source: '/ssp/edge/bench', sequence: 1, receivedMs: 0 });
  return { received: slim(texts.received), completed: slim(texts.completed) };
}

function slim(text: string): string {
  const event: { id: string; data: { url?: string; bearer: object } } = JSON.parse(text);
  const { url: _url, ...data } = event.data;
  const bearer = { state: 'absent', alg: null, claims: null };
  const { internalId, traceId } = mark;
  return JSON.stringify({ ...event, data: { ...data, internalId, traceId, bearer } });
}

const insertExchanges = `
  insert into audit.event (
    topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid, interaction_id, method,
    redacted_url, status, outcome, refusal, remote_address, certificate_serial, certificate_dn, body, digest, decision_id,
    certificate_names, network, sender_ods, receiver_ods)
  select 'ssp.exchange.' || kind, nth % 6, nth, internal_id || '.' || kind, kind,
    $3::timestamptz - ($5::float8 - nth) * $4::float8 * interval '1 ms',
    internal_id::uuid, trace_id, '2000' || lpad(consumer::text, 8, '0'), '9181' || lpad(practice::text, 8, '0'),
    'urn:nhs:names:services:gpconnect:fhir:rest:search:resource' || n % $8 || '-1', 'GET',
    '/https://p' || lpad(practice::text, 5, '0') || '.supplier' || practice % 4 || '.thirdparty.nhs.uk/G'
      || lpad(practice::text, 5, '0') || '/STU3/1/gpconnect/fhir/Patient?identifier=**********',
    case when not ended then null when refused then 403 when failed then 502 else 200 end,
    case when not ended then null when refused then 'refused' when failed then 'failed' else 'forwarded' end,
    case when not ended then null when refused then 'no-agreement' when failed then 'provider-unreachable' end,
    '10.0.0.17', '5E3A91C07F24', 'CN=c' || lpad(consumer::text, 5, '0') || '.consumer.thirdparty.nhs.uk',
    replace(replace(case when ended then $10 else $9 end, $11, internal_id), $12, trace_id)::json,
    sha256(internal_id::bytea), case when ended then 'q7Vd0m2hT1xA.' || nth end,
    case when ended then 'c' || lpad(consumer::text, 5, '0') || '.consumer.thirdparty.nhs.uk' end,
    case when ended then 'private' end,
    case when ended then 'C' || lpad(consumer::text, 5, '0') end, case when ended then 'G' || lpad(practice::text, 5, '0') end
  from generate_series($1::bigint, $2::bigint) as nth
  cross join lateral (
    select (nth * 7919) % ($7::int * $8::int) as n, gen_random_uuid()::text as internal_id,
      md5('trace ' || nth)::uuid::text as trace_id, nth % 50 = 0 as refused, nth % 200 = 1 as failed
  ) as numbered
  cross join lateral (select n % $6::int as practice, (n * 7) % $7::int as consumer) as parties
  cross join lateral (values ('received', false), ('completed', true)) as kinds (kind, ended)`;
