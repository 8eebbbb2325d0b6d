import { type PostgresAddress } from '@ssp/testing';
import { Client } from 'pg';

/**
 * Two months of usage, an hour a row, of some suppliers; what it is depends on nothing but this statement, so that pictures
 * of the pages stay as they are.
 */
const sampleUsage = `
insert into billing.usage_hour
select hour, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid,
  'urn:nhs:names:services:gpconnect:fhir:rest:' || interaction, outcome,
  requests, case when outcome in ('2xx', '4xx') then requests else 0 end,
  requests * 900, requests * 48000, requests, requests * mean_us, mean_us * 9, requests * (mean_us + 2100)
from (values
    ('Orange & Partners', 'B82617', '918999198738', 'A20047', '200000000359', 'read:metadata-1', '2xx', 140, 41000),
    ('Orange & Partners', 'B82617', '918999198738', 'A20047', '200000000359', 'search:patient-1', '2xx', 90, 63000),
    ('Orange & Partners', 'B82617', '918999198738', 'R1A14', '200000000360', 'search:patient-1', '4xx', 6, 22000),
    ('Birch Systems', 'A82038', '918999198993', 'R1A14', '200000000360', 'search:slot-1', '2xx', 60, 88000),
    ('Birch Systems', 'A82038', '918999198993', 'R1A14', '200000000360', 'search:slot-1', 'failed', 2, 900000)
  ) as part (supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome, weight, mean_us),
  generate_series('2026-02-01T07:00Z'::timestamptz, '2026-03-31T19:00Z', interval '4 hours') as hours (hour),
  lateral (select weight * (3 + extract(day from hour)::int % 5 - case when extract(isodow from hour) > 5 then 2 else 0 end) as requests) as volume
`;

/** Fills billing's tables, which are there and empty. */
export async function seedUsage({ url }: PostgresAddress): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sampleUsage);
  await client.end();
}
