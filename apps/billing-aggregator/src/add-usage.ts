import { type ClientBase } from 'pg';
import { type UsageSum } from './aggregate-usage.ts';
import { mergeSketches } from './sketch.ts';
import { usageKindOf } from './usage-key.ts';

/**
 * Adds sums to the stored usage; each hour and key may stand in `sums` once. Rows are made and then locked in the order of hour
 * and key everywhere, so that two processes cannot block each other for ever: give `sums` in that order.
 */
export async function addUsage(client: ClientBase, sums: readonly UsageSum[]): Promise<void> {
  if (sums.length === 0) return;
  const made = await makeRows(client, sums);
  const others = sums.filter(({ hour, key }) => !made.has(placeOf(hour, key)));
  if (others.length > 0) await addToRows(client, others);
}

/** Stores the sums that are the first of their hour and key. @returns their places */
async function makeRows(client: ClientBase, sums: readonly UsageSum[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ hour: Date; key: string }>({
    name: 'make-usage',
    text: `
      insert into billing.usage_hour (
        hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max,
        own_us, total_us, provider_sketch, own_sketch, kind)
      select * from unnest(
        $1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bytea[], $13::bytea[], $14::bigint[])
      on conflict (hour, key) do nothing
      returning hour, key`,
    values: [
      ...figuresOf(sums),
      sums.map((sum) => sum.providerTimes.toBytes()),
      sums.map((sum) => sum.ownTimes.toBytes()),
      sums.map(({ names }) => usageKindOf(names)),
    ],
  });
  return new Set(rows.map(({ hour, key }) => placeOf(hour.toISOString(), key)));
}

type StoredSketches = {
  readonly hour: Date;
  readonly key: string;
  readonly provider: Buffer;
  readonly own: Buffer;
};

async function addToRows(client: ClientBase, sums: readonly UsageSum[]): Promise<void> {
  const places = [sums.map(({ hour }) => hour), sums.map(({ key }) => key)];
  const { rows } = await client.query<StoredSketches>({
    name: 'lock-usage',
    text: `
      select stored.hour, stored.key, stored.provider_sketch as "provider", stored.own_sketch as "own"
      from unnest($1::timestamptz[], $2::bigint[]) as given (hour, key)
      join billing.usage_hour as stored on stored.hour = given.hour and stored.key = given.key
      order by stored.hour, stored.key for update of stored`,
    values: places,
  });
  const stored = new Map(rows.map((row) => [placeOf(row.hour.toISOString(), row.key), row]));
  const merged = sums.map(({ hour, key, providerTimes, ownTimes }) => {
    const before = stored.get(placeOf(hour, key));
    if (before === undefined) throw new Error(`the usage of ${hour} vanished`);
    return {
      provider: mergeSketches([before.provider, providerTimes.toBytes()]),
      own: mergeSketches([before.own, ownTimes.toBytes()]),
    };
  });
  await client.query({
    name: 'add-usage',
    text: `
      update billing.usage_hour as stored set
        requests = stored.requests + given.requests,
        billable = stored.billable + given.billable,
        request_bytes = stored.request_bytes + given.request_bytes,
        response_bytes = stored.response_bytes + given.response_bytes,
        provider_timed = stored.provider_timed + given.provider_timed,
        provider_us = stored.provider_us + given.provider_us,
        provider_us_max = greatest(stored.provider_us_max, given.provider_us_max),
        own_us = stored.own_us + given.own_us,
        total_us = stored.total_us + given.total_us,
        provider_sketch = given.provider_sketch,
        own_sketch = given.own_sketch
      from unnest(
        $1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bytea[], $13::bytea[])
        as given (hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us,
          provider_us_max, own_us, total_us, provider_sketch, own_sketch)
      where stored.hour = given.hour and stored.key = given.key`,
    values: [...figuresOf(sums), merged.map(({ provider }) => provider), merged.map(({ own }) => own)],
  });
}

/** The columns up to the sketches. */
function figuresOf(sums: readonly UsageSum[]) {
  return [
    sums.map((sum) => sum.hour),
    sums.map((sum) => sum.key),
    sums.map((sum) => sum.requests),
    sums.map((sum) => sum.billable),
    sums.map((sum) => sum.requestBytes),
    sums.map((sum) => sum.responseBytes),
    sums.map((sum) => sum.providerTimed),
    sums.map((sum) => sum.providerUs),
    sums.map((sum) => sum.providerUsMax),
    sums.map((sum) => sum.ownUs),
    sums.map((sum) => sum.totalUs),
  ];
}

function placeOf(hour: string, key: bigint | string): string {
  return `${hour}${key}`;
}
