import { type Pool, type PoolClient } from 'pg';
import { type Cube, type Grain, grains } from './cubes.ts';

/** `to` is excluded; both are whole hours. */
export type Period = { readonly from: Date; readonly to: Date };

/** A stretch of time, and what its usage is read from: sums of that grain, or the counted usage itself. */
export type PeriodPart = Period & { readonly source: Grain | 'counted' };

/** Begins of periods, as instants in milliseconds, whose sums may be used; and whether some of them lack those of the cube. */
type RolledPeriods = Readonly<Record<Grain, ReadonlySet<number>>> & { readonly isLacking: boolean };

const noneRolled: RolledPeriods = { hour: new Set(), day: new Set(), month: new Set(), isLacking: false };

/** When the period of a grain that begins at `from` ends. */
export function endOf(grain: Grain, from: Date): Date {
  if (grain === 'hour') return new Date(from.getTime() + 3_600_000);
  if (grain === 'day') return new Date(from.getTime() + 86_400_000);
  return new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1));
}

/** What usage is read from: a cube, and its sums or what was counted. */
export type Plan = { readonly cube: Cube; readonly parts: readonly PeriodPart[] };

/**
 * Divides a period into parts, each read from the longest sums of the cube that lie in it whole, have not changed since, and are no longer
 * than `longest`. Where some of them were made before the cube was there, it is read from the one that the cube is made of. What it says
 * holds in the snapshot of the client's transaction.
 */
export async function planParts(
  client: Pool | PoolClient,
  period: Period,
  cube: Cube,
  longest: Grain,
): Promise<Plan> {
  const usable = (['month', 'day', 'hour'] as const).filter(
    (grain) => cube.grains.includes(grain) && grains.indexOf(grain) <= grains.indexOf(longest),
  );
  const long = usable.filter((grain) => grain !== 'hour');
  const rolled = long.length === 0 ? noneRolled : await readRolled(client, period, cube, long);
  const parts = divide(period, rolled, long);
  let isLacking = rolled.isLacking;
  const divided: PeriodPart[] = [];
  for (const part of parts) {
    if (part.source !== 'counted' || !usable.includes('hour')) divided.push(part);
    else {
      const hours = await readRolled(client, part, cube, ['hour']);
      isLacking ||= hours.isLacking;
      divided.push(...divide(part, hours, ['hour']));
    }
  }
  if (isLacking && cube.madeFrom !== null) return planParts(client, period, cube.madeFrom, longest);
  return { cube, parts: divided };
}

/** The sums that are whole and hold no hour that has changed since. */
async function readRolled(
  client: Pool | PoolClient,
  { from, to }: Period,
  cube: Cube,
  of: readonly Grain[],
): Promise<RolledPeriods> {
  const { rows } = await client.query<{ grain: Grain; start: Date; hasCube: boolean }>({
    name: 'read-rolled-periods',
    text: `
      select rolled.grain, rolled.start, $4 = any(rolled.cubes) as "hasCube" from billing.rolled_period as rolled
      where rolled.grain = any($3) and rolled.start >= $1 and rolled.start < $2 and not exists (
        select from billing.stale_hour as stale
        where stale.hour >= rolled.start
          and stale.hour < (rolled.start at time zone 'UTC' + ('1 ' || rolled.grain)::interval) at time zone 'UTC'
      )`,
    values: [from, to, of, cube.name],
  });
  const rolled = { hour: new Set<number>(), day: new Set<number>(), month: new Set<number>() };
  for (const { grain, start } of rows) rolled[grain].add(start.getTime());
  return { ...rolled, isLacking: rows.some(({ hasCube }) => !hasCube) };
}

/** `lengths` from the longest to the shortest. */
function divide({ from, to }: Period, rolled: RolledPeriods, lengths: readonly Grain[]): PeriodPart[] {
  const parts: { source: PeriodPart['source']; from: Date; to: Date }[] = [];
  for (let at = from; at < to;) {
    const start = at;
    const grain = lengths.find((it) => rolled[it].has(start.getTime()) && endOf(it, start) <= to);
    const source = grain ?? 'counted';
    const last = parts.at(-1);
    at = endOf(grain ?? 'hour', start);
    if (last?.source === source) last.to = at;
    else parts.push({ source, from: start, to: at });
  }
  return parts;
}
