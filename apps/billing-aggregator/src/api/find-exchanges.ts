import { CountedExchange, type CountedExchanges } from '@ssp/contracts';
import { type Pool, type PoolClient } from 'pg';
import { type ExchangePlace, type ExchangeQuery, writePlace } from './exchange-query.ts';
import { inSnapshot } from './in-snapshot.ts';
import { type UsageFilters } from './usage-query.ts';
import { conditions, noParameters, type Parameters } from './usage-sql.ts';

/** Hours that are looked through before a page is given as it is: its reader goes on by its cursor. */
const hoursMax = 24 * 31;
const hourMs = 3_600_000;

/** A page of the exchanges behind a figure, by hour and id. It may be short, even empty, though there are more. */
export function findCounted(pool: Pool, query: ExchangeQuery): Promise<CountedExchanges> {
  return inSnapshot(pool, async (client) => {
    const since = query.after?.hour ?? query.from;
    const until = new Date(Math.min(query.to.getTime(), since.getTime() + hoursMax * hourMs));
    const keys = await fewKeys(client, query);
    const found: CountedExchange[] = [];
    for (const hour of await hoursWithUsage(client, query, { keys, since, until })) {
      const after = query.after?.hour.getTime() === hour.getTime() ? query.after.internalId : null;
      // One more than is shown tells whether there is another page.
      found.push(
        ...(await findInHour(client, query, { keys, hour, after, wanted: query.limit + 1 - found.length })),
      );
      if (found.length > query.limit) break;
    }
    const exchanges = found.slice(0, query.limit);
    return {
      period: { from: query.from.toISOString(), to: query.to.toISOString() },
      exchanges,
      next: nextOf(exchanges.at(-1), { isMore: found.length > query.limit, until, to: query.to }),
    };
  });
}

function nextOf(
  last: CountedExchange | undefined,
  { isMore, until, to }: { readonly isMore: boolean; readonly until: Date; readonly to: Date },
): string | null {
  if (isMore && last !== undefined)
    return writePlace({ hour: new Date(last.hour), internalId: last.internalId });
  return until < to ? writePlace({ hour: until, internalId: null }) : null;
}

type Keys = readonly string[] | null;

/** So many keys are looked up one by one; of more, each hour has some. */
const keysMax = 10_000;

/** The keys that the filters let through, as for one party; null where they are many. */
async function fewKeys(client: PoolClient, { filters }: ExchangeQuery): Promise<Keys> {
  const { values, put } = noParameters();
  const where = conditions(filters, put);
  if (where.length === 0) return null;
  const { rows } = await client.query<{ key: string }>({
    text: `select k.key::text as key from billing.usage_key as k where ${where.join(' and ')} limit ${put(keysMax + 1)}`,
    values: [...values],
  });
  return rows.length > keysMax ? null : rows.map(({ key }) => key);
}

/** The sums know which hours hold what is looked for, so that the ledger of others is not looked through. */
async function hoursWithUsage(
  client: PoolClient,
  { filters }: ExchangeQuery,
  { keys, since, until }: { readonly keys: Keys; readonly since: Date; readonly until: Date },
): Promise<readonly Date[]> {
  const { values, put } = noParameters();
  const [from, to] = [put(since), put(until)];
  const { rows } = await client.query<{ hour: Date }>({
    text: `
      select hours.hour
      from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 hour', interval '1 hour') as hours (hour)
      where exists (${usageOfHour(keys, filters, put)}) order by hours.hour`,
    values: [...values],
  });
  return rows.map(({ hour }) => hour);
}

/** `offset 0` keeps it a question about each hour: all hours at once would be read whole. */
function usageOfHour(keys: Keys, filters: UsageFilters, put: Parameters['put']): string {
  if (keys !== null)
    return `select from billing.usage_hour as u where u.hour = hours.hour and u.key = any(${put(keys)}::bigint[]) offset 0`;
  const where = conditions(filters, put);
  // Without filters all of an hour is looked for, also what was counted before names were kept with it.
  if (where.length === 0) return 'select from billing.counted_exchange as e where e.hour = hours.hour';
  return `
    select from billing.usage_hour as u join billing.usage_key as k on k.key = u.key
    where u.hour = hours.hour and ${where.join(' and ')} offset 0`;
}

type InHour = {
  readonly keys: Keys;
  readonly hour: Date;
  readonly after: ExchangePlace['internalId'];
  readonly wanted: number;
};

async function findInHour(
  client: PoolClient,
  { filters, isBillable }: ExchangeQuery,
  { keys, hour, after, wanted }: InHour,
): Promise<readonly CountedExchange[]> {
  const { values, put } = noParameters();
  const where = [
    `e.hour = ${put(hour)}`,
    ...(after === null ? [] : [`e.internal_id > ${put(after)}`]),
    ...(isBillable === null ? [] : [`e.billable = ${put(isBillable)}`]),
    ...(keys === null ? conditions(filters, put) : [`e.key = any(${put(keys)}::bigint[])`]),
  ];
  const { rows } = await client.query<object>({
    text: `
      select e.internal_id as "internalId", k.supplier, k.provider_ods as "providerOds", k.provider_asid as "providerAsid",
        k.consumer_ods as "consumerOds", k.consumer_asid as "consumerAsid", k.interaction, k.outcome,
        e.billable as "isBillable", e.request_bytes::float8 as "requestBytes", e.response_bytes::float8 as "responseBytes",
        e.provider_us::float8 / 1000 as "providerMs", e.total_us::float8 / 1000 as "totalMs"
      from billing.counted_exchange as e left join billing.usage_key as k on k.key = e.key
      where ${where.join(' and ')} order by e.internal_id limit ${put(wanted)}`,
    values: [...values],
  });
  return rows.map((row) => CountedExchange.parse({ ...row, hour: hour.toISOString() }));
}
