import { type LimitsChange } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type ClientBase, type Pool } from 'pg';
import { diffLimits, noLimits } from './diff-limits.ts';
import { type LimitsDocument } from './limits-document.ts';
import { readStoredLimits } from './stored-limits.ts';

/** A document as it was written, and as it was read. */
export type WrittenLimits = { readonly text: string; readonly document: LimitsDocument };

/** Who changes the limits, and on what ground; both are kept for good. */
export type Authorship = { readonly who: string; readonly why: string; readonly kind: 'file' | 'operator' };

export type StoredChange = {
  readonly changes: readonly LimitsChange[];
  /** The version that the change has made, or the one in force where nothing differed. */
  readonly version: string;
};

/**
 * Adds a version, unless it would say the same as the last one. Of two who change at the same time each is judged by what the
 * other has left: `permit` is told the last version, and what it throws changes nothing.
 */
export function storeLimits(
  pool: Pool,
  { text, document }: WrittenLimits,
  { who, why, kind }: Authorship,
  permit: (last: string, client: ClientBase) => Promise<void> = () => Promise.resolve(),
): Promise<StoredChange> {
  return inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('throttle.limits_version'))`);
    const held = await readStoredLimits(client);
    const last = held?.version ?? '0';
    await permit(last, client);
    const changes = diffLimits(held?.document ?? noLimits, document);
    // The first version is stored also where it says what the defaults say: from then on they may change without it.
    if (changes.length === 0 && last !== '0') return { changes, version: last };
    const { rows } = await client.query<{ version: string }>(
      `insert into throttle.limits_version (who, why, kind, document, text) values ($1, $2, $3, $4, $5) returning version`,
      [who, why, kind, JSON.stringify(document), text],
    );
    return { changes, version: rows[0]?.version ?? last };
  });
}
