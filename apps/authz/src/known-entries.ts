import { hashOfText } from './hash-bytes.ts';

/** What the tables know of the directory's entries, by hashes of names and revisions: a quarter of a million in ten megabytes. */
export type KnownEntries = {
  /** Whether the revision of every entry is more than its `modifyTimestamp`. */
  readonly haveSequence: boolean;
  /** Begins a listing: no entry is met yet. */
  readonly beginListing: () => void;
  /** Notes that a listing has met a name, and tells whether it is known in this revision. */
  readonly meet: (nameHash: number, revisionHash: number) => boolean;
  /** Those that no listing has met since `beginListing`, by where their names are to be found. */
  readonly unmet: () => Unmet;
  readonly put: (dn: string, revision: string | null) => void;
  readonly forget: (dn: string) => void;
};

/** Names by hash: in parts of the table between two names, and those that came later as they are. */
export type Unmet = {
  readonly parts: ReadonlyMap<Part, ReadonlySet<number>>;
  readonly names: readonly string[];
};

/** The names of the table after the one and up to the other, in the order of the database. */
export type Part = { readonly after: string; readonly last: string };

export type KnownLine = { readonly dn: string; readonly revision: string | null };
export type KnownPart = Part & { readonly lines: readonly KnownLine[] };

// In place of a part's number.
const later = 0xffff;
const forgotten = 0xfffe;

/** More names than are remembered as they are: it is time to read all anew. */
export class TooManyLater extends Error {
  override readonly name = 'TooManyLater';
}

const laterMax = 5_000;

/** Makes room for as many entries as the tables have, and takes them in part by part. */
export async function gatherKnownEntries(
  entries: number,
  haveSequence: boolean,
  source: AsyncIterable<KnownPart>,
): Promise<KnownEntries> {
  // At most half full, so that a look finds its slot at once.
  const slots = 2 ** Math.ceil(Math.log2((entries + laterMax) * 2));
  const names = new Float64Array(slots);
  const revisions = new Float64Array(slots);
  const partOf = new Uint16Array(slots);
  const listedIn = new Uint8Array(slots);
  const parts: Part[] = [];
  const laterNames = new Map<number, string>();
  let listing = 0;

  // Its own, or the empty one where it would be.
  function slotOf(nameHash: number): number {
    let slot = (nameHash >>> 0) & (slots - 1);
    while (names[slot] !== 0 && names[slot] !== nameHash) slot = (slot + 1) & (slots - 1);
    return slot;
  }

  function set(nameHash: number, revision: string | null, part: number): void {
    const slot = slotOf(nameHash);
    names[slot] = nameHash;
    revisions[slot] = hashOfText(revision ?? '');
    partOf[slot] = part;
  }

  for await (const { after, last, lines } of source) {
    for (const { dn, revision } of lines) set(hashOfText(dn), revision, parts.length);
    parts.push({ after, last });
  }

  return {
    haveSequence,
    beginListing() {
      listing = (listing % 255) + 1;
      if (listing === 1) listedIn.fill(0);
    },
    meet(nameHash, revisionHash) {
      const slot = slotOf(nameHash);
      if (names[slot] === 0 || partOf[slot] === forgotten) return false;
      listedIn[slot] = listing;
      return revisions[slot] === revisionHash;
    },
    unmet() {
      const found = new Map<Part, Set<number>>();
      const asTheyAre: string[] = [];
      for (let slot = 0; slot < slots; slot += 1) {
        const nameHash = names[slot] ?? 0;
        const at = partOf[slot] ?? forgotten;
        if (nameHash === 0 || listedIn[slot] === listing || at === forgotten) continue;
        const part = parts[at];
        if (part === undefined) asTheyAre.push(laterNames.get(nameHash) ?? '');
        else found.set(part, (found.get(part) ?? new Set()).add(nameHash));
      }
      return { parts: found, names: asTheyAre };
    },
    put(dn, revision) {
      const nameHash = hashOfText(dn);
      const slot = slotOf(nameHash);
      const isThere = names[slot] === nameHash && partOf[slot] !== forgotten;
      if (!isThere) laterNames.set(nameHash, dn);
      if (laterNames.size > laterMax) throw new TooManyLater();
      set(nameHash, revision, isThere ? (partOf[slot] ?? later) : later);
    },
    forget(dn) {
      const slot = slotOf(hashOfText(dn));
      if (names[slot] !== 0) partOf[slot] = forgotten;
    },
  };
}
