import { type Pool } from 'pg';
import { type AuditedKeys } from './key-sums.ts';

/** The names that keys stand for, as the audit or else the tables have them. */
export async function keysNamed(
  pool: Pool,
  keys: readonly bigint[],
  audited: AuditedKeys,
): Promise<ReadonlyMap<bigint, string>> {
  const names = new Map<bigint, string>();
  for (const key of keys) {
    const name = audited.nameOf(key);
    if (name !== undefined) names.set(key, name);
  }
  const unnamed = keys.filter((key) => !names.has(key));
  if (unnamed.length === 0) return names;
  const { rows } = await pool.query<{ key: string; name: string }>(
    `select key, concat_ws(', ', supplier, provider_asid, consumer_asid, interaction, outcome) as name
     from billing.usage_key where key = any($1::bigint[])`,
    [unnamed],
  );
  for (const { key, name } of rows) names.set(BigInt(key), name);
  return names;
}
