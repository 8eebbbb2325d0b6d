import { type Client } from 'pg';
import { type Report } from '../progress.ts';
import { fillNames } from './fill-names.ts';
import { sketchPatterns, variants } from './sketch-patterns.ts';
import {
  days,
  fine,
  finest,
  hours,
  months,
  type Share,
  thisMonth,
  until,
  type UsageSize,
  yearAgo,
} from './usage-size.ts';

const byFew = ['total', 'supplier', 'kind'];
const byParty = ['provider', 'consumers', 'consumer'];
const byMany = ['service', 'all'];

/** The last hour: it alone is in the ledger. */
const lastHour = new Date(until.getTime() - 3_600_000);

/**
 * Fills the tables of usage as a year leaves them: sums of all months; of all days by practice, by consumer and by kind; by more names than
 * these of the running month's days; of the last hours.
 */
export async function fillUsage(client: Client, size: UsageSize, report: Report): Promise<void> {
  await client.query(`set maintenance_work_mem = '1GB'; set work_mem = '256MB'`);
  // Filled without a log and indexes, which is quicker and leaves the same.
  for (const table of tables) await client.query(`alter table billing.${table} set unlogged`);
  await client.query('alter table billing.usage_hour disable trigger user');
  const restore = await withoutIndexes(client);
  await fillPatterns(client);
  await fillNames(client, size);
  report('the names are there');
  const allDays = days(yearAgo);
  for (const cube of [...byFew, ...byParty]) {
    await fillSums(client, cube, 'month', months());
    for (let at = 0; at < allDays.length; at += 60)
      await fillSums(client, cube, 'day', allDays.slice(at, at + 60));
  }
  report('the days are there');
  for (const cube of byFew) await fillSums(client, cube, 'hour', hours(fine, lastHour));
  for (const cube of byParty) await fillSums(client, cube, 'hour', hours(finest, lastHour));
  for (const cube of byMany) {
    for (const month of months()) await fillSums(client, cube, 'month', [month]);
    report('the months by most names are there');
    for (const day of days(thisMonth)) await fillSums(client, cube, 'day', [day]);
  }
  for (const hour of hours(finest, until)) await fillCounted(client, hour);
  report('the hours are there');
  await fillLedger(client, lastHour);
  await client.query(
    `
    insert into billing.rolled_period (grain, start, cubes)
    select 'month', start, $4::text[] from generate_series($1::timestamptz, $2::timestamptz - interval '1 day', interval '1 month') as start
    union all select 'day', start, $4::text[] from generate_series($1::timestamptz, $3::timestamptz - interval '1 day', interval '1 day') as start
    union all select 'hour', start, $4::text[] from generate_series($1::timestamptz, $3::timestamptz - interval '2 hours', interval '1 hour') as start`,
    [yearAgo, thisMonth, until, [...byFew, ...byParty, ...byMany]],
  );
  await restore();
  for (const table of [...tables, 'rolled_period', 'counted_exchange', 'usage_key', 'rollup_key'])
    await client.query(`vacuum analyze billing.${table}`);
}

const tables = ['usage_rollup', 'usage_rollup_sketch', 'usage_hour'];

/** Takes the indexes off, and returns what makes them anew. */
async function withoutIndexes(client: Client): Promise<() => Promise<void>> {
  const relations = tables.map((table) => `billing.${table}`);
  const { rows: keys } = await client.query<{ relation: string; name: string; definition: string }>(
    `select conrelid::regclass::text as relation, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where conrelid = any($1::regclass[]) and contype = 'p'`,
    [relations],
  );
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = any($1::regclass[]) and not indisprimary`,
    [relations],
  );
  for (const { relation, name } of keys)
    await client.query(`alter table ${relation} drop constraint ${name}`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  return async () => {
    for (const { relation, name, definition } of keys)
      await client.query(`alter table ${relation} add constraint ${name} ${definition}`);
    for (const { definition } of indexes) await client.query(definition);
  };
}

/** What a key comes to in a period: its part, give or take a fifth. */
const drawn = `
  select made.start, made.key, made.kind, made.requests, round(made.requests * made.billable / made.weight)::bigint as billable,
    round(made.requests * made.errors / made.weight)::bigint as errors
  from (
    select period.start, weight.*, floor(weight.weight * period.share * (0.8 + 0.4 * random()) + random())::bigint as requests
    from unnest($2::timestamptz[], $3::float8[]) as period (start, share) cross join weight
    where weight.cube = $1 offset 0
  ) as made where made.requests > 0`;

const times = `requests * 1500, requests * 9000, requests, requests * 86000, 80000 * (5 + requests % 7), requests * 3200`;
const pattern = `pattern.id = floor(ln(made.requests) / ln(2) + 0.0000001)::int * ${variants} + (made.key & ${variants - 1})::int`;

async function fillSums(
  client: Client,
  cube: string,
  grain: string,
  periods: readonly Share[],
): Promise<void> {
  await client.query(
    `
    with drawn as (${drawn}), made as (
      insert into billing.usage_rollup (cube, grain, start, key, requests, billable, errors, request_bytes, response_bytes,
        provider_timed, provider_us, provider_us_max, own_us, total_us)
      select $1, $4, start, key, requests, billable, errors, ${times}, requests * 89200 from drawn
      returning start, key, requests
    )
    insert into billing.usage_rollup_sketch (cube, grain, start, key, provider_sketch, own_sketch)
    select $1, $4, made.start, made.key, pattern.provider, pattern.own from made join pattern on ${pattern}`,
    [cube, periods.map(({ start }) => start), periods.map(({ share }) => share), grain],
  );
}

/** The usage of an hour; needs the names and the patterns of this session. */
export async function fillCounted(client: Client, { start, share }: Share): Promise<void> {
  await client.query(
    `
    insert into billing.usage_hour (hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us,
      provider_us_max, own_us, total_us, provider_sketch, own_sketch, kind)
    select made.start, made.key, made.requests, made.billable, ${times.replaceAll('requests', 'made.requests')},
      made.requests * 89200, pattern.provider, pattern.own, made.kind
    from (${drawn}) as made join pattern on ${pattern}`,
    ['all', [start], [share]],
  );
}

/** Makes a table of this session, `pattern`: the sketches that sums are given. */
export async function fillPatterns(client: Client): Promise<void> {
  await client.query('create temp table pattern (id int primary key, provider bytea, own bytea)');
  for (const { id, provider, own } of sketchPatterns())
    await client.query('insert into pattern (id, provider, own) values ($1, $2, $3)', [id, provider, own]);
}

/** The exchanges of an hour, in the order of their ids, as a writer's batches leave them nearly. */
export async function fillLedger(client: Client, hour: Date): Promise<void> {
  await client.query('select billing.ensure_ledger_month($1)', [hour]);
  await client.query(
    `
    insert into billing.counted_exchange (
      hour, internal_id, key, request_bytes, response_bytes, provider_us, total_us, billable)
    select usage.hour, gen_random_uuid(), usage.key, 1500, 9000, 86000, 89200, nth <= usage.billable
    from billing.usage_hour as usage cross join lateral generate_series(1, usage.requests) as nth
    where usage.hour = $1`,
    [hour],
  );
}
