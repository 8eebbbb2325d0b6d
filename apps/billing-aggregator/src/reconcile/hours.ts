import { type NotRipe } from '@ssp/contracts';
import { type Pool } from 'pg';

const hourMs = 3_600_000;

/** `to` is excluded. */
export type Period = { readonly from: Date; readonly to: Date };

/** The whole hours of a period that ended so long ago that their last events have come. */
export function ripeHours({ from, to }: Period, nowMs: number, ripeAfterMs: number): readonly Date[] {
  const endMs = Math.min(to.getTime(), Math.floor((nowMs - ripeAfterMs) / hourMs) * hourMs);
  const hours = Math.max(0, Math.floor((endMs - from.getTime()) / hourMs));
  return Array.from({ length: hours }, (_, place) => new Date(from.getTime() + place * hourMs));
}

/** Divides hours in their order into stretches without a gap, of so many hours at most. */
export function stretchesOf(hours: readonly Date[], hoursMax: number): readonly Period[] {
  const stretches: { readonly from: Date; to: Date }[] = [];
  for (const hour of hours) {
    const to = new Date(hour.getTime() + hourMs);
    const last = stretches.at(-1);
    const isNext = last?.to.getTime() === hour.getTime();
    if (last !== undefined && isNext && to.getTime() - last.from.getTime() <= hoursMax * hourMs) last.to = to;
    else stretches.push({ from: hour, to });
  }
  return stretches;
}

/** The hours of a period that `ripeHours` leaves out. */
export function notRipe({ from, to }: Period, ripe: readonly Date[]): NotRipe | null {
  const first = from.getTime() + ripe.length * hourMs;
  const hours = Math.floor((to.getTime() - first) / hourMs);
  if (hours <= 0) return null;
  return { from: new Date(first).toISOString(), to: to.toISOString(), hours };
}

/** A calendar month, UTC, by its name `YYYY-MM`. */
export function periodOfMonth(month: string): Period {
  const from = new Date(`${month}-01T00:00:00Z`);
  return { from, to: new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)) };
}

/** Those of the hours that were not reconciled yet, have changed since, or did not balance when they were, unless that was after `retryAfter`. */
export async function hoursToReconcile(
  pool: Pool,
  hours: readonly Date[],
  retryAfter: Date,
): Promise<readonly Date[]> {
  const { rows } = await pool.query<{ hour: Date }>(
    `select hour from unnest($1::timestamptz[]) as asked (hour)
     where not exists (
       select from billing.reconciled_hour kept
       where kept.hour = asked.hour and kept.at is not null and kept.changes = kept.as_of and (kept.is_balanced or kept.at > $2)
     ) order by hour`,
    [hours, retryAfter],
  );
  return rows.map(({ hour }) => hour);
}

/** The first hour, UTC, that anything was counted for; null where nothing was. */
export async function firstUsageHour(pool: Pool): Promise<Date | null> {
  const { rows } = await pool.query<{ hour: Date | null }>(
    'select min(hour) as hour from billing.usage_hour',
  );
  return rows[0]?.hour ?? null;
}
