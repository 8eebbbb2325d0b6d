import { inTransaction } from '@ssp/postgres';
import { type Pool, type PoolClient } from 'pg';
import { addCubes } from './add-cubes.ts';
import { claimRolling } from './claim-rolling.ts';
import { cubes, cubesOf, type Grain } from './cubes.ts';
import { endedHours, endedHoursValues } from './ended-hours.ts';
import { endOf } from './plan-parts.ts';
import { rollCube } from './roll-cube.ts';
import { type Rolled } from './rolled.ts';

const hoursMax = 200;
/** Each is a lock until the end of the transaction. */
const emptyHoursMax = 500;
const hourMs = 3_600_000;

/**
 * Sums up hours, days and months that have ended and are not summed up, or have changed since: the newest first, some of them. Each in a
 * transaction of its own, so that whoever asks sees all its sums or none. Says what was summed up as it goes; nothing when nothing is left to
 * do, or another process does it.
 */
export async function* rollUsage(pool: Pool, now: Date, signal?: AbortSignal): AsyncGenerator<Rolled> {
  const todo: { readonly grain: Grain; readonly starts: () => Promise<readonly Date[]> }[] = [
    { grain: 'hour', starts: () => hoursToRoll(pool, now) },
    { grain: 'day', starts: () => wholeToRoll(pool, 'day') },
    { grain: 'month', starts: () => wholeToRoll(pool, 'month') },
  ];
  const passed = await passEmptyHours(pool, now);
  if (passed > 0) yield { grain: 'hour', periods: passed };
  for (const { grain, starts } of todo) {
    for (const start of await starts()) {
      if (signal?.aborted === true || !(await rollPeriod(pool, grain, start))) return;
      yield { grain, periods: 1 };
    }
  }
  yield* addCubes(pool, signal);
}

/**
 * Notes hours without usage as summed up, many at once. Where somebody counts just now an hour is left for later: whoever holds many of these
 * locks must never wait for one.
 */
function passEmptyHours(pool: Pool, now: Date): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ hour: Date }>({
      name: 'lock-empty-hours',
      text: `
        with empty as materialized (
          select hours.hour from (${endedHours}) as hours
          where not exists (select from billing.rolled_period where grain = 'hour' and start = hours.hour)
            and not exists (select from billing.usage_hour as usage where usage.hour = hours.hour)
          order by hours.hour desc limit $4
        )
        select hour from empty
        where pg_try_advisory_xact_lock(hashtext('billing.usage_rollup'), (extract(epoch from hour) / 3600)::int)`,
      values: [...endedHoursValues(now), emptyHoursMax],
    });
    // Looked at anew: under the locks nobody adds to them.
    const { rowCount } = await client.query({
      name: 'pass-empty-hours',
      text: `
        insert into billing.rolled_period (grain, start, cubes)
        select 'hour', given.hour, $2 from unnest($1::timestamptz[]) as given (hour)
        where not exists (select from billing.usage_hour as usage where usage.hour = given.hour)
        on conflict (grain, start) do nothing`,
      values: [rows.map(({ hour }) => hour), cubesOf('hour').map(({ name }) => name)],
    });
    return rowCount ?? 0;
  });
}

async function hoursToRoll(pool: Pool, now: Date): Promise<readonly Date[]> {
  const { rows } = await pool.query<{ hour: Date }>({
    name: 'hours-to-roll',
    text: `
      select hours.hour from (${endedHours}) as hours
      where not exists (select from billing.rolled_period where grain = 'hour' and start = hours.hour)
        or exists (select from billing.stale_hour as stale where stale.hour = hours.hour)
      order by hours.hour desc limit $4`,
    values: [...endedHoursValues(now), hoursMax],
  });
  return rows.map(({ hour }) => hour);
}

/** Days all of whose hours, or months all of whose days, are summed up. */
async function wholeToRoll(pool: Pool, grain: 'day' | 'month'): Promise<readonly Date[]> {
  const { rows } = await pool.query<{ start: Date }>({
    name: `${grain}s-to-roll`,
    text: `
      select whole.start from (
        select date_trunc($1, part.start, 'UTC') as start, count(*) as parts
        from billing.rolled_period as part where part.grain = $2
        group by date_trunc($1, part.start, 'UTC')
      ) as whole
      where whole.parts = extract(epoch from
          (whole.start at time zone 'UTC' + ('1 ' || $1)::interval) - whole.start at time zone 'UTC')
          / extract(epoch from ('1 ' || $2)::interval)
        and not exists (select from billing.rolled_period as done where done.grain = $1 and done.start = whole.start)
      order by whole.start desc`,
    values: [grain, partsOf[grain]],
  });
  return rows.map(({ start }) => start);
}

/** What the sums of a day, or of a month, are made of. */
const partsOf = { day: 'hour', month: 'day' } as const;

/**
 * Sums one period up; a day or a month that is not whole any more, since another process has taken a part of it, is left alone.
 * @returns false where another process sums up
 */
export function rollPeriod(pool: Pool, grain: Grain, start: Date): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (!(await claimRolling(client))) return false;
    if (grain !== 'hour' && !(await isWhole(client, grain, start))) return true;
    const hasUsage = grain === 'hour' ? await takeHour(client, start) : true;
    if (hasUsage) {
      await removeSums(client, grain, start);
      for (const cube of cubesOf(grain)) await rollCube(client, { cube, grain, start });
    }
    await client.query({
      name: 'period-rolled',
      text: `
        insert into billing.rolled_period (grain, start, cubes) values ($1, $2, $3)
        on conflict (grain, start) do update set cubes = excluded.cubes`,
      values: [grain, start, cubesOf(grain).map(({ name }) => name)],
    });
    return true;
  });
}

/** Whether all parts are summed up; to be asked while nobody else sums up. */
async function isWhole(client: PoolClient, grain: 'day' | 'month', start: Date): Promise<boolean> {
  const part = partsOf[grain];
  const end = endOf(grain, start);
  const { rows } = await client.query<{ parts: number }>({
    name: 'count-parts',
    text: `
      select count(*)::int as parts from billing.rolled_period as part
      where part.grain = $1 and part.start >= $2 and part.start < $3`,
    values: [part, start, end],
  });
  const partMs = endOf(part, start).getTime() - start.getTime();
  return rows[0]?.parts === (end.getTime() - start.getTime()) / partMs;
}

/**
 * Waits for whoever counts in the hour just now: what they counted is then seen, and what comes later is marked.
 * @returns whether there is anything to sum up
 */
async function takeHour(client: PoolClient, hour: Date): Promise<boolean> {
  await client.query({
    name: 'lock-hour',
    text: `select pg_advisory_xact_lock(hashtext('billing.usage_rollup'), $1)`,
    values: [hour.getTime() / hourMs],
  });
  const { rows } = await client.query<{ has_usage: boolean }>({
    name: 'take-hour',
    text: `
      with marks as (delete from billing.stale_hour where hour = $1), longer as (
        delete from billing.rolled_period where (grain, start) in (
          ('day', date_trunc('day', $1::timestamptz, 'UTC')), ('month', date_trunc('month', $1::timestamptz, 'UTC')))
      )
      select exists (select from billing.usage_hour where hour = $1) as has_usage`,
    values: [hour],
  });
  return rows[0]?.has_usage === true;
}

/** Those that were made before something changed. */
async function removeSums(client: PoolClient, grain: Grain, start: Date): Promise<void> {
  await client.query({
    name: 'remove-sums',
    text: `
      with sketches as (
        delete from billing.usage_rollup_sketch where cube = any($1) and grain = $2 and start = $3
      )
      delete from billing.usage_rollup where cube = any($1) and grain = $2 and start = $3`,
    values: [cubes.map(({ name }) => name), grain, start],
  });
}
