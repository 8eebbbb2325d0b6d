import { type AuditedExchange, type AuditedExchanges } from '@ssp/contracts';
import { type Pool } from 'pg';
import { exchangesOf } from './exchanges-of.ts';
import { findAnchors, type FoundAnchor } from './find-anchors.ts';
import { writeCursor } from './search-cursor.ts';
import { type Search } from './search-query.ts';

/** A page of the exchanges that match all that is asked for, the newest first; targets are masked. */
export async function findExchanges(pool: Pool, search: Search): Promise<AuditedExchanges> {
  const { exchanges, goOnAfter } = await findPage(pool, search);
  return { exchanges, next: goOnAfter === null ? null : writeCursor(search, goOnAfter) };
}

/** The same page after page, until there is no more. */
export async function* findAll(pool: Pool, search: Search): AsyncGenerator<readonly AuditedExchange[]> {
  for (let { after } = search; ;) {
    const { exchanges, goOnAfter } = await findPage(pool, { ...search, after });
    yield exchanges;
    if (goOnAfter === null) return;
    after = goOnAfter;
  }
}

type Page = {
  readonly exchanges: AuditedExchange[];
  /** Null where this page is the last. */
  readonly goOnAfter: FoundAnchor | null;
};

async function findPage(pool: Pool, search: Search): Promise<Page> {
  // One more than is shown tells whether there is another page.
  const anchors = await findAnchors(pool, { ...search, limit: search.limit + 1 });
  const shown = anchors.slice(0, search.limit);
  return {
    exchanges: await exchangesOf(pool, shown),
    goOnAfter: anchors.length === shown.length ? null : (shown.at(-1) ?? null),
  };
}
