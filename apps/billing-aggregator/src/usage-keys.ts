import { type ClientBase } from 'pg';
import { type UsageSum } from './aggregate-usage.ts';

const knownMax = 500_000;

/** Other names have the same key already: two in 2^64 that meet, or a table that somebody changed. */
export class UsageKeyTakenError extends Error {
  override readonly name = 'UsageKeyTakenError';
}

/** The keys whose names are known to be stored, so that they are not offered again with each batch. */
export type KnownKeys = {
  readonly has: (key: bigint) => boolean;
  readonly add: (keys: Iterable<bigint>) => void;
};

export function knownKeys(): KnownKeys {
  const known = new Set<bigint>();
  return {
    has: (key) => known.has(key),
    add: (keys) => {
      if (known.size > knownMax) known.clear();
      for (const key of keys) known.add(key);
    },
  };
}

/**
 * Stores the names of keys that are not known yet. @returns the keys to be known once the transaction is committed
 * @throws UsageKeyTakenError rather than count one's usage as another's
 */
export async function storeKeys(
  client: ClientBase,
  sums: readonly UsageSum[],
  known: KnownKeys,
): Promise<readonly bigint[]> {
  const unknown = new Map(sums.filter(({ key }) => !known.has(key)).map(({ key, names }) => [key, names]));
  if (unknown.size === 0) return [];
  // In one order everywhere, so that two processes cannot block each other for ever.
  const rows = [...unknown].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const values = [
    rows.map(([key]) => key),
    rows.map(([, { supplier }]) => supplier),
    rows.map(([, { providerOds }]) => providerOds),
    rows.map(([, { providerAsid }]) => providerAsid),
    rows.map(([, { consumerOds }]) => consumerOds),
    rows.map(([, { consumerAsid }]) => consumerAsid),
    rows.map(([, { interaction }]) => interaction),
    rows.map(([, { outcome }]) => outcome),
  ];
  await client.query({
    name: 'store-keys',
    text: `
      insert into billing.usage_key (
        key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
      select * from unnest(
        $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      on conflict (key) do nothing`,
    values,
  });
  const { rows: stored } = await client.query<{ count: number }>({
    name: 'check-keys',
    text: `
      select count(*)::int as count
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        as given (key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
      join billing.usage_key using (
        key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)`,
    values,
  });
  if (stored[0]?.count !== rows.length) throw new UsageKeyTakenError('a key stands for other names already');
  return rows.map(([key]) => key);
}
