import { type Client } from 'pg';

/** 8,000 practices that answer 21 interactions each, and 40,000 systems that ask them. */
export const tablesSize = { practices: 8_000, interactionsEach: 21, consumers: 40_000 } as const;

const answered = Array.from(
  { length: tablesSize.interactionsEach },
  (_, nth) => `urn:nhs:names:services:gpconnect:fhir:rest:search:resource${nth}-1`,
);

/** Fills authz's tables as a load of a national directory would leave them, from within the database. */
export async function fillTables(client: Client): Promise<void> {
  const { practices, consumers } = tablesSize;
  await client.query(practiceSystems, [practices, answered]);
  await client.query(practiceHandlers, [practices, answered]);
  await client.query(consumerSystems, [consumers, answered]);
  await client.query(consumerHandlers, [consumers]);
  await client.query(`insert into authz.directory_load (loaded_at) values (now())`);
  await client.query('vacuum analyze');
}

const practiceSystems = `
  insert into authz.accredited_system
    (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
  select '9181' || lpad(n::text, 8, '0'), 'G' || lpad(n::text, 5, '0'), 'G' || lpad(n::text, 5, '0') || '-8000000',
    'YGM0' || n % 4, 'GP System ' || n % 4, $2::text[], '{}'
  from generate_series(0, $1::int - 1) as n`;

const practiceHandlers = `
  insert into authz.message_handler
    (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn, manufacturer_org)
  select 'S' || lpad(n::text, 8, '0') || lpad(nth::text, 4, '0'), 'S' || lpad(n::text, 8, '0') || lpad(nth::text, 4, '0'),
    'G' || lpad(n::text, 5, '0') || '-8000000', 'G' || lpad(n::text, 5, '0'), interaction,
    array['https://p' || lpad(n::text, 5, '0') || '.supplier' || n % 4 || '.thirdparty.nhs.uk/G' || lpad(n::text, 5, '0')
      || '/STU3/1/gpconnect/fhir'],
    'p' || lpad(n::text, 5, '0') || '.supplier' || n % 4 || '.thirdparty.nhs.uk', null
  from generate_series(0, $1::int - 1) as n, unnest($2::text[]) with ordinality as listed (interaction, nth)`;

const consumerSystems = `
  insert into authz.accredited_system
    (asid, ods, party_key, manufacturer_org, product_name, interactions, category_bag)
  select '2000' || lpad(n::text, 8, '0'), 'C' || lpad(n::text, 5, '0'), 'C' || lpad(n::text, 5, '0') || '-9000000',
    'YGC0' || n % 7, 'Consumer ' || n % 7, $2::text[], '{}'
  from generate_series(0, $1::int - 1) as n`;

const consumerHandlers = `
  insert into authz.message_handler (handler_id, cpa_id, party_key, ods, interaction, endpoints, fqdn)
  select 'C' || lpad(n::text, 12, '0'), 'C' || lpad(n::text, 12, '0'), 'C' || lpad(n::text, 5, '0') || '-9000000',
    'C' || lpad(n::text, 5, '0'), 'urn:nhs:names:services:pds:QUPA_IN000008UK02', array['https://c.thirdparty.nhs.uk/reply'],
    'c' || lpad(n::text, 5, '0') || '.consumer.thirdparty.nhs.uk'
  from generate_series(0, $1::int - 1) as n`;

/** An ask of these tables that is allowed; asks of different numbers concern different systems. */
export function allowedAsk(number: number) {
  const practice = padded(number % tablesSize.practices);
  const consumer = padded((number * 7) % tablesSize.consumers);
  return {
    certificateNames: [`c${consumer}.consumer.thirdparty.nhs.uk`],
    from: `2000000${consumer}`,
    to: `9181000${practice}`,
    interactionId: answered[number % answered.length] ?? '',
    targetHost: `p${practice}.supplier${Number(practice) % 4}.thirdparty.nhs.uk`,
    targetPath: `/G${practice}/STU3/1/gpconnect/fhir/Patient/2`,
    network: 'private',
  };
}

const padded = (number: number) => String(number).padStart(5, '0');
