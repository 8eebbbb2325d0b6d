import { type Client } from 'pg';
import { interactionsEach, type UsageSize } from './usage-size.ts';

/** The cubes that the tables have, and their names. */
const named = [
  { cube: 'total', columns: [] },
  { cube: 'supplier', columns: ['supplier'] },
  { cube: 'kind', columns: ['supplier', 'interaction', 'outcome'] },
  { cube: 'provider', columns: ['supplier', 'provider_ods', 'provider_asid'] },
  { cube: 'consumers', columns: ['consumer_ods', 'consumer_asid'] },
  { cube: 'consumer', columns: ['supplier', 'consumer_ods', 'consumer_asid'] },
  { cube: 'service', columns: ['supplier', 'provider_ods', 'provider_asid', 'interaction'] },
] as const;
const columns = [
  'supplier',
  'provider_ods',
  'provider_asid',
  'consumer_ods',
  'consumer_asid',
  'interaction',
  'outcome',
] as const;

/**
 * Stores who talks to whom about what, and makes a table of this session, `weight`: what each key of each cube comes to in a month. What is
 * random is seeded.
 */
export async function fillNames(client: Client, size: UsageSize): Promise<void> {
  await client.query(`select setseed(0.42)`);
  await client.query(pairs(size));
  await client.query(kinds(size.exchangesAMonth));
  await client.query(`
    insert into billing.usage_key (key, ${columns.join(', ')}) select key, ${columns.join(', ')} from kind`);
  await client.query(`
    create temp table weight as
    select 'all' as cube, key, ${hashOf(`supplier || e'\\n' || interaction || e'\\n' || outcome`)} as kind, weight, weight * is_billable::int as billable, weight * is_error::int as errors
    from kind order by key`);
  for (const cube of named) await client.query(cubeOf(cube));
  await client.query('create index on weight (cube, key)');
  await client.query('analyze weight, billing.usage_key, billing.rollup_key');
}

/** Ten consumers talk to every practice, three in a hundred to two hundred, all others to six on average. */
function pairs({ practices, consumers }: UsageSize): string {
  return `
    create temp table pair as
    select consumer, (consumer * 37 + nth * 7919) % ${practices} as practice, consumer + nth as taste,
      case reach when 'all' then 0.3 when 'many' then 0.35 else 0.35 end * exp(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))
        / sum(1) over (partition by reach) as weight
    from generate_series(0, ${consumers} - 1) as consumer
    cross join lateral (
      select case when consumer < ${Math.ceil(consumers / 800)} then 'all' when consumer < ${Math.ceil(consumers * 0.03)} then 'many'
        else 'few' end as reach
    ) as reached
    cross join lateral generate_series(0,
      case reach when 'all' then ${practices} when 'many' then least(200, ${practices}) else least(1 + consumer % 11, ${practices}) end - 1) as nth`;
}

/** Three interactions on average; nearly half of them have refusals of the provider, few its failures. */
function kinds(exchanges: number): string {
  return `
    create temp table kind as
    select billing.usage_key_of(${columns.join(', ')}) as key, named.*,
      outcome in ('2xx', '4xx') as is_billable, outcome in ('5xx', 'failed') as is_error,
      part * ${exchanges}::float8 / sum(part) over () as weight
    from (
      select
        case when share < 49 then 'Supplier A' when share < 79 then 'Supplier B' when share < 97 then 'Supplier C'
          else 'Supplier ' || chr(68 + practice % 7) end as supplier,
        'G' || lpad(practice::text, 5, '0') as provider_ods, '9181' || lpad(practice::text, 8, '0') as provider_asid,
        'C' || lpad(consumer::text, 5, '0') as consumer_ods, '2000' || lpad(consumer::text, 8, '0') as consumer_asid,
        'urn:nhs:names:services:gpconnect:fhir:rest:search:resource' || (taste + nth * nth) % ${interactionsEach} || '-1' as interaction,
        outcome, weight * outcome_weight / (1 + nth) as part
      from pair
      cross join lateral (select (practice::bigint * 7919) % 100 as share) as shared
      cross join lateral generate_series(0, taste % 4) as nth
      cross join lateral (values ('2xx', 1, 0, 1.0), ('4xx', 2, 1, 0.06), ('refused', 20, 5, 0.02), ('5xx', 10, 3, 0.01),
        ('failed', 20, 7, 0.005)) as outcomes (outcome, every, of, outcome_weight)
      where outcome = '2xx' or (practice + consumer + nth) % every = of
    ) as named`;
}

function cubeOf({ cube, columns: of }: (typeof named)[number]): string {
  const names = columns.map((column) => (of.some((one) => one === column) ? column : `null::text`));
  const text = names.map((name) => `e'\\n' || coalesce(${name}, '')`).join(' || ');
  const grouping = of.length === 0 ? '' : `group by ${of.join(', ')}`;
  return `
    with summed as materialized (
      select ${hashOf(`'${cube}' || ${text}`)} as key,
        ${names.map((name, at) => `${name} as ${columns[at] ?? ''}`).join(', ')},
        sum(weight) as weight, sum(weight * is_billable::int) as billable, sum(weight * is_error::int) as errors
      from kind ${grouping}
    ), stored as (
      insert into billing.rollup_key (key, cube, ${columns.join(', ')})
      select key, '${cube}', ${columns.join(', ')} from summed
    )
    insert into weight (cube, key, weight, billable, errors)
    select '${cube}', key, weight, billable, errors from summed order by ${['key', ...of].join(', ')}`;
}

/** The first eight bytes of its SHA-256. */
function hashOf(text: string): string {
  return `('x' || encode(substr(sha256(convert_to(${text}, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint`;
}
