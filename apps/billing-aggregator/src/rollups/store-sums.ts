import { type PoolClient } from 'pg';
import { type Cube, cubeOfAll, type Grain } from './cubes.ts';
import { type RolledSum } from './fold-sums.ts';

const portion = 1_000;

/** Stores the sums of a cube for a period that holds none yet. */
export async function storeSums(
  client: PoolClient,
  place: { readonly cube: Cube; readonly grain: Grain; readonly start: Date },
  sums: AsyncIterable<RolledSum>,
): Promise<void> {
  let some: RolledSum[] = [];
  for await (const sum of sums) {
    some.push(sum);
    if (some.length < portion) continue;
    await storeSome(client, place, some);
    some = [];
  }
  if (some.length > 0) await storeSome(client, place, some);
}

async function storeSome(
  client: PoolClient,
  { cube, grain, start }: { readonly cube: Cube; readonly grain: Grain; readonly start: Date },
  sums: readonly RolledSum[],
): Promise<void> {
  const of = <Field extends keyof RolledSum>(field: Field) => sums.map((sum) => sum[field]);
  // Sums of longer periods have the keys of the shorter ones they are made of.
  const isNamed = cube.madeFrom !== null || (grain === 'hour' && cube !== cubeOfAll);
  await client.query({
    name: isNamed ? 'store-named-sums' : 'store-sums',
    text: `
      with given as materialized (
        select * from unnest(
          $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
          $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bytea[], $16::bytea[])
          as given (key, requests, billable, errors, request_bytes, response_bytes, provider_timed, provider_us,
            provider_us_max, own_us, total_us, provider_sketch, own_sketch)
      ), sketches as (
        insert into billing.usage_rollup_sketch (cube, grain, start, key, provider_sketch, own_sketch)
        select $1, $2, $3, key, provider_sketch, own_sketch from given
      )${isNamed ? `, names as (${storeNames})` : ''}
      insert into billing.usage_rollup (
        cube, grain, start, key, requests, billable, errors, request_bytes, response_bytes, provider_timed,
        provider_us, provider_us_max, own_us, total_us)
      select $1, $2, $3, key, requests, billable, errors, request_bytes, response_bytes, provider_timed,
        provider_us, provider_us_max, own_us, total_us from given`,
    values: [
      cube.name,
      grain,
      start,
      of('key'),
      of('requests'),
      of('billable'),
      of('errors'),
      of('request_bytes'),
      of('response_bytes'),
      of('provider_timed'),
      of('provider_us'),
      of('provider_us_max'),
      of('own_us'),
      of('total_us'),
      of('provider_sketch'),
      of('own_sketch'),
      ...(isNamed
        ? [
            of('supplier'),
            of('provider_ods'),
            of('provider_asid'),
            of('consumer_ods'),
            of('consumer_asid'),
            of('interaction'),
            of('outcome'),
          ]
        : []),
    ],
  });
}

const storeNames = `
  insert into billing.rollup_key (
    cube, key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
  select $1, * from unnest(
    $4::bigint[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[])
  on conflict (key) do nothing`;
