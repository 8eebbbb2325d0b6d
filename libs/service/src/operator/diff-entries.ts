/** One thing that a file states, in the form in which two files are compared. */
export type FileEntry = {
  readonly section: string;
  /** What names it within its section; two entries of one key are the same thing. */
  readonly key: readonly string[];
  /** The rest, by the file's own names; what is not stated is left out. */
  readonly fields: Readonly<Record<string, string>>;
};

/** One thing that another file would add, remove or change. */
export type EntryChange<Entry extends FileEntry> = {
  readonly section: Entry['section'];
  readonly key: readonly string[];
  readonly change: 'added' | 'removed' | 'changed';
  /** Those that differ; null where the field is not stated. */
  readonly fields: readonly {
    readonly field: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
  /** The entry as it is held, and as it is wanted. */
  readonly before: Entry | null;
  readonly after: Entry | null;
};

/** What differs between the entries that are held and those that are wanted: what goes, then the rest in its order. */
export function diffEntries<Entry extends FileEntry>(
  held: readonly Entry[],
  wanted: readonly Entry[],
): readonly EntryChange<Entry>[] {
  const heldEntries = byKey(held);
  const wantedEntries = byKey(wanted);
  const changes: EntryChange<Entry>[] = [];
  for (const [key, before] of heldEntries) {
    if (!wantedEntries.has(key)) changes.push(changeOf('removed', before, before, null));
  }
  for (const [key, after] of wantedEntries) {
    const before = heldEntries.get(key) ?? null;
    const change = changeOf(before === null ? 'added' : 'changed', after, before, after);
    if (before === null || change.fields.length > 0) changes.push(change);
  }
  return changes;
}

/** How many of each kind. */
export function countChanges(changes: readonly Pick<EntryChange<FileEntry>, 'change'>[]) {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const { change } of changes) counts[change] += 1;
  return counts;
}

const listedMax = 2_000;

/** The same, and the first 2,000 of them. */
export function listChanges<Change extends Pick<EntryChange<FileEntry>, 'change'>>(
  changes: readonly Change[],
) {
  return {
    counts: countChanges(changes),
    changes: changes.slice(0, listedMax),
    leftOut: Math.max(0, changes.length - listedMax),
  };
}

const byKey = <Entry extends FileEntry>(entries: readonly Entry[]) =>
  new Map(entries.map((entry) => [JSON.stringify([entry.section, entry.key]), entry]));

function changeOf<Entry extends FileEntry>(
  change: EntryChange<Entry>['change'],
  { section, key }: Entry,
  before: Entry | null,
  after: Entry | null,
): EntryChange<Entry> {
  const names = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after?.fields ?? {})]);
  const fields = [...names]
    .map((field) => ({ field, from: before?.fields[field] ?? null, to: after?.fields[field] ?? null }))
    .filter(({ from, to }) => from !== to);
  return { section, key, change, fields, before, after };
}
