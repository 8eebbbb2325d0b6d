import { type AuditedExchanges } from '@ssp/contracts';
import { type Pool } from 'pg';
import { exchangesOf } from './exchanges-of.ts';
import { findAnchors } from './find-anchors.ts';
import { writeCursor } from './search-cursor.ts';
import { type Search } from './search-query.ts';

/** A page of the exchanges that match all that is asked for, the newest first; targets are masked. */
export async function findExchanges(pool: Pool, search: Search): Promise<AuditedExchanges> {
  // One more than is shown tells whether there is another page.
  const anchors = await findAnchors(pool, { ...search, limit: search.limit + 1 });
  const shown = anchors.slice(0, search.limit);
  const last = shown.at(-1);
  return {
    exchanges: await exchangesOf(pool, shown),
    next: last === undefined || anchors.length === shown.length ? null : writeCursor(search, last),
  };
}
