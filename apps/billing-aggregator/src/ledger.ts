import { type ClientBase, DatabaseError } from 'pg';
import { type Usage } from './usage-of.ts';

/**
 * Enters exchanges. A plain insert costs two thirds of one that looks for conflicts, and conflicts are rare.
 * @throws DatabaseError, known by `isEnteredBefore`, when one of them was entered before; all are new otherwise
 */
export async function enterExchanges(
  client: ClientBase,
  usages: readonly Usage[],
): Promise<readonly Usage[]> {
  if (usages.length > 0)
    await client.query({ name: 'enter-exchanges', text: insert, values: columnsOf(usages) });
  return usages;
}

/** Enters those that were not entered before, also by somebody else at this moment. @returns these */
export async function enterNewExchanges(
  client: ClientBase,
  usages: readonly Usage[],
): Promise<readonly Usage[]> {
  const { rows } = await client.query<{ hour: Date; internalId: string }>({
    name: 'enter-new-exchanges',
    text: `${insert} on conflict (hour, internal_id) do nothing returning hour, internal_id as "internalId"`,
    values: columnsOf(usages),
  });
  const entered = new Set(rows.map(({ hour, internalId }) => `${hour.toISOString()}${internalId}`));
  return usages.filter(({ hour, internalId }) => entered.has(`${hour}${internalId}`));
}

/** Tells the failure of `enterExchanges` from any other. */
export function isEnteredBefore(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === '23505' &&
    error.table?.startsWith('counted_exchange_') === true
  );
}

const insert = `
  insert into billing.counted_exchange (
    hour, internal_id, key, request_bytes, response_bytes, provider_us, total_us, billable)
  select * from unnest(
    $1::timestamptz[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[])`;

/** In one order everywhere, so that two processes that enter the same exchanges cannot block each other for ever. */
function columnsOf(usages: readonly Usage[]) {
  const rows = usages.toSorted(byPlace);
  return [
    rows.map(({ hour }) => hour),
    rows.map(({ internalId }) => internalId),
    rows.map(({ key }) => key),
    rows.map(({ requestBytes }) => requestBytes),
    rows.map(({ responseBytes }) => responseBytes),
    rows.map(({ providerUs }) => providerUs),
    rows.map(({ totalUs }) => totalUs),
    rows.map(({ isBillable }) => isBillable),
  ];
}

function byPlace(left: Usage, right: Usage): number {
  if (left.hour !== right.hour) return left.hour < right.hour ? -1 : 1;
  if (left.internalId === right.internalId) return 0;
  return left.internalId < right.internalId ? -1 : 1;
}
