import { type Client } from 'pg';
import { exchangeTexts } from '../audit/exchange-texts.ts';

/** As many as of a national platform tell of themselves. */
const edges = 12;
const topic = 'ssp.exchange.completed';

/** Gives the audit a completed event for each exchange that the ledger has of an hour, and each edge's tally of them. */
export async function fillAuditHour(client: Client, hour: Date): Promise<void> {
  await client.query(insertCompleted, [hour, template(hour), edges, topic]);
  const { rows } = await client.query<{ edge: number; outcome: string; exchanges: number; last: number }>(
    `select ("offset" % $1)::int as edge, outcome, count(*)::int as exchanges, (max("offset") / $1 + 1)::int as last
     from audit.event where topic = $2 group by 1, 2`,
    [edges, topic],
  );
  for (const [edge, counted] of Map.groupBy(rows, (row) => row.edge))
    await fillTally(client, hour, edge, counted);
  await client.query('vacuum analyze audit.event');
}

type Counted = { readonly outcome: string; readonly exchanges: number; readonly last: number };

async function fillTally(
  client: Client,
  hour: Date,
  edge: number,
  counted: readonly Counted[],
): Promise<void> {
  const exchangesOf = (outcome: string) => counted.find((it) => it.outcome === outcome)?.exchanges ?? 0;
  const completed = counted.reduce((sum, { exchanges }) => sum + exchanges, 0);
  const source = `/ssp/edge/bench/${edge}`;
  const at = new Date(hour.getTime() + 3_599_000);
  const event = {
    specversion: '1.0',
    id: `${source}.tally`,
    source,
    type: 'edge.tally',
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: {
      edge: source,
      hour: hour.toISOString(),
      upTo: Math.max(...counted.map(({ last }) => last)),
      completed,
      outcomes: {
        forwarded: exchangesOf('forwarded'),
        refused: exchangesOf('refused'),
        failed: exchangesOf('failed'),
        abandoned: 0,
        answered: 0,
      },
      requestBytes: completed * 1_500,
      responseBytes: completed * 9_000,
    },
  };
  await client.query(
    `insert into audit.event (topic, partition, "offset", event_id, kind, occurred_at, body, digest)
     values ($1, 0, $2, $3, 'edge.tally', $4, $5, '')`,
    [topic, 1_000_000_000 + edge, event.id, at, JSON.stringify(event)],
  );
}

/** The text of an event of real size, for Postgres to fill in. */
function template(hour: Date): string {
  const { completed } = exchangeTexts({
    nth: 3,
    source: mark('source'),
    sequence: 1,
    receivedMs: hour.getTime(),
  });
  const event: { readonly data: { readonly parties: object; readonly timings: object } } =
    JSON.parse(completed);
  const { data } = event;
  const text = JSON.stringify({
    ...event,
    id: `${mark('internalId')}.completed`,
    sequence: mark('sequence'),
    data: {
      ...data,
      internalId: mark('internalId'),
      traceId: mark('traceId'),
      from: mark('from'),
      to: mark('to'),
      interactionId: mark('interaction'),
      outcome: mark('outcome'),
      providerStatus: mark('providerStatus'),
      refusal: mark('refusal'),
      parties: {
        ...data.parties,
        senderOds: mark('senderOds'),
        receiverOds: mark('receiverOds'),
        supplier: mark('supplier'),
      },
      requestBytes: 1_500,
      responseBytes: 9_000,
      timings: { ...data.timings, totalMs: 89.2, providerMs: 86 },
    },
  });
  const filled = marks.reduce(
    (so, name, at) => so.replaceAll(mark(name), `%${at + 1}$s`),
    text.replaceAll('%', '%%'),
  );
  return ['providerStatus', 'refusal'].reduce((so, name) => {
    const place = `%${marks.indexOf(name) + 1}$s`;
    return so.replace(`"${place}"`, place);
  }, filled);
}

/** In the order of the arguments of `format` below; the last two are JSON. */
const marks = [
  'source',
  'internalId',
  'sequence',
  'traceId',
  'from',
  'to',
  'interaction',
  'senderOds',
  'receiverOds',
  'supplier',
  'outcome',
  'providerStatus',
  'refusal',
];
const mark = (name: string) => `@${name}@`;

const insertCompleted = `
  insert into audit.event (
    topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, from_asid, to_asid, interaction_id, method,
    redacted_url, status, outcome, refusal, remote_address, certificate_serial, body, digest, sender_ods, receiver_ods)
  select $4, nth % 6, nth, internal_id || '.completed', 'completed', $1::timestamptz + interval '10 minutes', internal_id, trace_id,
    consumer_asid, provider_asid, interaction, 'GET', '/https://p.thirdparty.nhs.uk/fhir/Patient?identifier=**********', 200, ended,
    refusal, '10.0.0.17', '5E3A91C07F24',
    format($2, '/ssp/edge/bench/' || nth % $3, internal_id, nth / $3 + 1, trace_id, consumer_asid, provider_asid, interaction,
      consumer_ods, provider_ods, supplier, ended, coalesce(status::text, 'null'), coalesce('"' || refusal || '"', 'null'))::json,
    sha256(internal_id::text::bytea), consumer_ods, provider_ods
  from (
    select names.*, counted.internal_id, gen_random_uuid()::text as trace_id, row_number() over () - 1 as nth,
      case outcome when 'refused' then 'refused' when 'failed' then 'failed' else 'forwarded' end as ended,
      case outcome when 'refused' then 'no-agreement' when 'failed' then 'provider-unreachable' end as refusal,
      case outcome when '2xx' then 200 when '4xx' then 404 when '5xx' then 503 end as status
    from billing.counted_exchange as counted join billing.usage_key as names using (key) where counted.hour = $1
  ) as exchange`;
