import { NoSuchObjectError } from 'ldapts';
import { type DirectorySearch, directorySearches, revisionAttributes } from './directory-searches.ts';
import { type LdapConnection } from './ldap/open-ldap.ts';
import { type LdapEntry } from './read-entry.ts';

type Portions = AsyncGenerator<readonly LdapEntry[]>;

/** A directory that is open for reading. */
export type OpenDirectory = {
  readonly connection: LdapConnection;
  readonly baseDn: string;
  /** Entries in a page. */
  readonly pageSize: number;
};

/** Every entry, in portions. */
export function readWhole(directory: OpenDirectory): Portions {
  return readPages(directory, (search) => search);
}

/** The entries that were added or modified since a moment, given as the directory writes it (`20261122103000Z`), inclusive. */
export function readChangedSince(directory: OpenDirectory, modified: string): Portions {
  return readPages(directory, (search) => ({
    ...search,
    filter: `(&${search.filter}(modifyTimestamp>=${modified}))`,
  }));
}

// They are small: fewer turns cost less.
const listingPages = 2;

/**
 * The name and revision of every entry, in portions. `haveSequence` asks for sequence numbers alone, which spares the directory a third of its work;
 * an entry without one then comes without a revision.
 */
export function listRevisions(directory: OpenDirectory, haveSequence: boolean): Portions {
  const larger = { ...directory, pageSize: directory.pageSize * listingPages };
  const attributes = revisionAttributes(haveSequence);
  return readPages(larger, (search) => ({ ...search, attributes }));
}

/** One entry by its name, where it is still there. */
export async function* readOne({ connection, baseDn }: OpenDirectory, dn: string): Portions {
  const search = directorySearches.find(({ unit }) => isBelow(dn, `${unit},${baseDn}`));
  if (search === undefined) return;
  const { filter, attributes } = search;
  try {
    yield* connection.search({ base: dn, scope: 'base', filter, attributes, pageSize: null });
  } catch (error) {
    if (!(error instanceof NoSuchObjectError)) throw error;
  }
}

// A server writes the names of entries as it likes: other case, other blanks.
const isBelow = (dn: string, above: string) => folded(dn).endsWith(`,${folded(above)}`);
const folded = (dn: string) => dn.toLowerCase().replaceAll(/\s*([,=])\s*/g, '$1');

async function* readPages(
  { connection, baseDn, pageSize }: OpenDirectory,
  narrowed: (search: DirectorySearch) => DirectorySearch,
): Portions {
  for (const search of directorySearches) {
    const { unit, filter, attributes, optional } = narrowed(search);
    try {
      yield* connection.search({ base: `${unit},${baseDn}`, scope: 'sub', filter, attributes, pageSize });
    } catch (error) {
      if (!(error instanceof NoSuchObjectError && optional)) throw error;
    }
  }
}
