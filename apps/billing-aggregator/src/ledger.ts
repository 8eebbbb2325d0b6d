import { type ClientBase, DatabaseError } from 'pg';
import { type Usage } from './usage-of.ts';

/**
 * Enters exchanges. A plain insert costs two thirds of one that looks for conflicts, and conflicts are rare. The rows go in one
 * order everywhere, so that two processes that enter the same exchanges cannot block each other for ever.
 * @throws DatabaseError, known by `isEnteredBefore`, when one of them was entered before
 */
export async function enterExchanges(client: ClientBase, usages: readonly Usage[]): Promise<void> {
  if (usages.length === 0) return;
  const rows = usages.toSorted(byPlace);
  await client.query({
    name: 'enter-exchanges',
    text: `
      insert into billing.counted_exchange (
        hour, internal_id, key, request_bytes, response_bytes, provider_us, total_us, billable)
      select * from unnest(
        $1::timestamptz[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[])`,
    values: [
      rows.map(({ hour }) => hour),
      rows.map(({ internalId }) => internalId),
      rows.map(({ key }) => key),
      rows.map(({ requestBytes }) => requestBytes),
      rows.map(({ responseBytes }) => responseBytes),
      rows.map(({ providerUs }) => providerUs),
      rows.map(({ totalUs }) => totalUs),
      rows.map(({ isBillable }) => isBillable),
    ],
  });
}

/** Tells the failure of `enterExchanges` from any other. */
export function isEnteredBefore(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === '23505' &&
    error.table?.startsWith('counted_exchange_') === true
  );
}

/** Leaves out the exchanges that were entered before. */
export async function withoutEntered(
  client: ClientBase,
  usages: readonly Usage[],
): Promise<readonly Usage[]> {
  const { rows } = await client.query<{ position: number }>({
    name: 'without-entered',
    text: `
      select position::int as "position"
      from unnest($1::timestamptz[], $2::uuid[]) with ordinality as given (hour, internal_id, position)
      where exists (
        select from billing.counted_exchange as counted
        where counted.hour = given.hour and counted.internal_id = given.internal_id)`,
    values: [usages.map(({ hour }) => hour), usages.map(({ internalId }) => internalId)],
  });
  const entered = new Set(rows.map(({ position }) => position - 1));
  return usages.filter((_, index) => !entered.has(index));
}

function byPlace(left: Usage, right: Usage): number {
  if (left.hour !== right.hour) return left.hour < right.hour ? -1 : 1;
  if (left.internalId === right.internalId) return 0;
  return left.internalId < right.internalId ? -1 : 1;
}
