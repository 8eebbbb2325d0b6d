import { type Client, NoSuchObjectError } from 'ldapts';
import { type DirectorySearch, directorySearches, revisionAttributes } from './directory-searches.ts';
import { type LdapEntry } from './read-entry.ts';

type Pages = AsyncGenerator<readonly LdapEntry[]>;

/** A directory that is open for reading. */
export type OpenDirectory = {
  readonly client: Client;
  readonly baseDn: string;
  /** Entries in a page. */
  readonly pageSize: number;
};

/** Every entry, page by page. */
export function readWhole(directory: OpenDirectory): Pages {
  return readPages(directory, (search) => search);
}

/** The entries that were added or modified since a moment, given as the directory writes it (`20261122103000Z`), inclusive. */
export function readChangedSince(directory: OpenDirectory, modified: string): Pages {
  return readPages(directory, (search) => ({
    ...search,
    filter: `(&${search.filter}(modifyTimestamp>=${modified}))`,
  }));
}

// They are small: fewer turns cost less.
const listingPages = 2;

/** The name and revision of every entry, page by page. */
export function listRevisions(directory: OpenDirectory): Pages {
  const larger = { ...directory, pageSize: directory.pageSize * listingPages };
  return readPages(larger, (search) => ({ ...search, attributes: revisionAttributes }));
}

/** One entry by its name, where it is still there. */
export async function readOne({ client, baseDn }: OpenDirectory, dn: string): Promise<readonly LdapEntry[]> {
  const search = directorySearches.find(({ unit }) => isBelow(dn, `${unit},${baseDn}`));
  if (search === undefined) return [];
  const { filter, attributes } = search;
  try {
    return (await client.search(dn, { scope: 'base', filter, attributes: [...attributes] })).searchEntries;
  } catch (error) {
    if (error instanceof NoSuchObjectError) return [];
    throw error;
  }
}

// A server writes the names of entries as it likes: other case, other blanks.
const isBelow = (dn: string, above: string) => folded(dn).endsWith(`,${folded(above)}`);
const folded = (dn: string) => dn.toLowerCase().replaceAll(/\s*([,=])\s*/g, '$1');

async function* readPages(
  { client, baseDn, pageSize }: OpenDirectory,
  narrowed: (search: DirectorySearch) => DirectorySearch,
): Pages {
  for (const search of directorySearches) {
    const { unit, filter, attributes, optional } = narrowed(search);
    const pages = client.searchPaginated(`${unit},${baseDn}`, {
      scope: 'sub',
      filter,
      attributes: [...attributes],
      paged: { pageSize },
    });
    try {
      // References to other servers come apart from the entries, and are not followed.
      for await (const page of pages) yield page.searchEntries;
    } catch (error) {
      if (!(error instanceof NoSuchObjectError && optional)) throw error;
    }
  }
}
