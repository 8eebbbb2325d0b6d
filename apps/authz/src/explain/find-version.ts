import { type PoolClient } from 'pg';

/** Who made a version, when and why. */
export type Change = {
  readonly version: string;
  readonly at: string;
  readonly kind: string;
  readonly who: string;
  readonly why: string;
};

/** The version in force now. */
export async function currentVersion(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ version: string }>('select version from authz.rules_version');
  return rows[0]?.version ?? '0';
}

/** The version in force at a moment; 0 before the first change whose history is kept. */
export async function versionAt(client: PoolClient, at: Date): Promise<string> {
  const { rows } = await client.query<{ version: string }>(
    'select coalesce(max(version), 0) as version from authz.change where at <= $1',
    [at],
  );
  return rows[0]?.version ?? '0';
}

/** The changes that made these versions, by version; those older than the history have none. */
export async function readChangesOf(
  client: PoolClient,
  versions: readonly string[],
): Promise<ReadonlyMap<string, Change>> {
  const { rows } = await client.query<Omit<Change, 'at'> & { readonly at: Date }>(
    'select version, at, kind, who, why from authz.change where version = any($1::bigint[])',
    [versions],
  );
  return new Map(rows.map((row) => [row.version, { ...row, at: row.at.toISOString() }]));
}
