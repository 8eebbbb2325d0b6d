import {
  AdminLimitExceededError,
  NoSuchObjectError,
  SizeLimitExceededError,
  TimeLimitExceededError,
  UnwillingToPerformError,
} from 'ldapts';
import { type DirectorySearch, directorySearches, revisionAttributes } from './directory-searches.ts';
import { type LdapConnection, type Visit } from './ldap/open-ldap.ts';
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

/**
 * Shows the name and revision of every entry to `visit`, and yields after each portion how many it had. `haveSequence` asks for sequence numbers
 * alone, which spares the directory a third of its work; an entry without one then comes without a revision. Where the directory does not answer
 * at once what it shows page by page, entries may be shown twice.
 */
export async function* listRevisions(
  { connection, baseDn, pageSize }: OpenDirectory,
  haveSequence: boolean,
  visit: Visit,
): AsyncGenerator<number> {
  const attributes = revisionAttributes(haveSequence);
  for (const { unit, filter, optional } of directorySearches) {
    const search = { base: `${unit},${baseDn}`, scope: 'sub', filter, attributes } as const;
    try {
      // Each page is a turn in which both sides wait, and the directory looks anew for what is left.
      yield* connection.walk({ ...search, pageSize: null }, visit);
    } catch (error) {
      if (error instanceof NoSuchObjectError && optional) continue;
      if (!isTooMuchAtOnce(error)) throw error;
      yield* connection.walk({ ...search, pageSize }, visit);
    }
  }
}

const isTooMuchAtOnce = (error: unknown) =>
  error instanceof SizeLimitExceededError ||
  error instanceof AdminLimitExceededError ||
  error instanceof TimeLimitExceededError ||
  error instanceof UnwillingToPerformError;

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
