import { type ClientBase } from 'pg';
import { lockCounting } from './books-locks.ts';

/** An exchange that is being counted. */
export type Counted = {
  readonly hour: string;
  readonly internalId: string;
  readonly key: bigint;
  readonly isBillable: boolean;
};

/**
 * Notes which of the exchanges that are being counted belong to months that are closed. To be called in their transaction: a month is
 * either closed with them in it, or they are late.
 * @returns how many are late
 */
export async function noteLate(client: ClientBase, counted: readonly Counted[]): Promise<number> {
  if (counted.length === 0) return 0;
  await lockCounting(client);
  const months = [...new Set(counted.map(({ hour }) => hour.slice(0, 7)))];
  const closed = await client.query<{ month: string }>({
    name: 'closed-months',
    text: 'select month from billing.period where month = any($1::text[])',
    values: [months],
  });
  if (closed.rows.length === 0) return 0;
  const closedMonths = new Set(closed.rows.map(({ month }) => month));
  const late = counted.filter(({ hour }) => closedMonths.has(hour.slice(0, 7)));
  await client.query({
    name: 'note-late',
    text: `
      insert into billing.late_exchange (hour, internal_id, key, billable)
      select given.hour, given.internal_id, given.key, given.billable
      from unnest($1::timestamptz[], $2::uuid[], $3::bigint[], $4::boolean[]) as given (hour, internal_id, key, billable)`,
    values: [
      late.map(({ hour }) => hour),
      late.map(({ internalId }) => internalId),
      late.map(({ key }) => key),
      late.map(({ isBillable }) => isBillable),
    ],
  });
  return late.length;
}
