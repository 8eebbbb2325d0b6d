import { type ClientBase, type Pool } from 'pg';
import { defaultLimits } from './default-limits.ts';
import { LimitsDocument } from './limits-document.ts';

/** One version of the limits as Postgres tells of it. */
export type LimitsVersion = {
  /** Decimal text; `0` for the defaults, which hold until a version is stored. */
  readonly version: string;
  readonly at: Date | null;
  readonly who: string;
  readonly why: string;
  readonly kind: string;
  readonly publishedAt: Date | null;
};

const versionColumns = `version, at, who, why, kind, published_at as "publishedAt"`;

/** What holds while no version is stored. */
const versionZero: LimitsVersion = {
  version: '0',
  at: null,
  who: 'throttle',
  why: 'no limits were stored yet',
  kind: 'default',
  publishedAt: null,
};

export type StoredLimits = LimitsVersion & {
  /** As it was written, with its comments; null for the defaults. */
  readonly text: string | null;
  /** Null where what is stored is no limits document that this process can read. */
  readonly document: LimitsDocument | null;
};

/**
 * The last version, or the one that is asked for; the defaults where it is `0` or none is stored; null where there is no such version.
 */
export async function readStoredLimits(
  db: Pool | ClientBase,
  version: string | null = null,
): Promise<StoredLimits | null> {
  if (version === '0') return { ...versionZero, text: null, document: defaultLimits };
  const { rows } = await db.query<LimitsVersion & { readonly text: string; readonly document: unknown }>(
    `select ${versionColumns}, document, text from throttle.limits_version
     where $1::bigint is null or version = $1 order by version desc limit 1`,
    [version],
  );
  const [row] = rows;
  if (row !== undefined) return { ...row, document: LimitsDocument.safeParse(row.document).data ?? null };
  return version === null ? readStoredLimits(db, '0') : null;
}

/** The newest versions, newest first; only those before one where that is given. */
export async function readVersions(
  db: Pool | ClientBase,
  before: string | null,
  limit: number,
): Promise<readonly LimitsVersion[]> {
  const { rows } = await db.query<LimitsVersion>(
    `select ${versionColumns} from throttle.limits_version
     where $1::bigint is null or version < $1 order by version desc limit $2`,
    [before, limit],
  );
  return rows;
}

/** The number of the last version; `0` where none is stored. */
export async function readLastVersion(db: Pool | ClientBase): Promise<string> {
  const { rows } = await db.query<{ version: string }>(
    'select version from throttle.limits_version order by version desc limit 1',
  );
  return rows[0]?.version ?? '0';
}
