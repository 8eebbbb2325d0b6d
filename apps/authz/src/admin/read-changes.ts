import { type Pool } from 'pg';

/** One version: who made it, when and why. */
export type Change = {
  readonly version: string;
  readonly at: Date;
  /** `directory`, `rules`, `by-hand` or another that its writer named. */
  readonly kind: string;
  readonly who: string;
  readonly why: string;
  /** When the audit was told; null while it is not. */
  readonly publishedAt: Date | null;
};

/** The newest changes, newest first. */
export async function readChanges(
  pool: Pool,
  before: bigint | null,
  limit: number,
): Promise<readonly Change[]> {
  const { rows } = await pool.query<Change>({
    name: 'read-changes',
    text: `
      select version, at, kind, who, why, published_at as "publishedAt"
      from authz.change
      where $1::bigint is null or version < $1
      order by version desc
      limit $2`,
    values: [before, limit],
  });
  return rows;
}

export type HeldVersion = {
  readonly version: string;
  readonly changedAt: Date;
  /** When the directory was last loaded, changed or not; null before the first time. */
  readonly directoryLoadedAt: Date | null;
};

/** The version that is held now. */
export async function readHeldVersion(pool: Pool): Promise<HeldVersion | undefined> {
  const { rows } = await pool.query<HeldVersion>({
    name: 'read-held-version',
    text: `
      select version, changed_at as "changedAt",
        (select loaded_at from authz.directory_load) as "directoryLoadedAt"
      from authz.rules_version`,
  });
  return rows[0];
}
