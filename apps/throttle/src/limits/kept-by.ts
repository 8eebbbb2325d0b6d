/**
 * Remembers what was made for each name, so that it is made once; `make` reads from `about` what the name stands for.
 * Beyond `entriesMax` names all are forgotten: senders make up names at will, and memory is bounded.
 */
export function keptBy<About, Made>(
  entriesMax: number,
  make: (about: About) => Made,
): (name: string, about: About) => Made {
  const kept = new Map<string, Made>();
  return (name, about) => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    if (kept.size >= entriesMax) kept.clear();
    const made = make(about);
    kept.set(name, made);
    return made;
  };
}

/** As `keptBy`, by pairs of names. */
export function keptByPair<About, Made>(
  entriesMax: number,
  make: (about: About) => Made,
): (first: string, second: string, about: About) => Made {
  const kept = new Map<string, Map<string, Made>>();
  let entries = 0;
  return (first, second, about) => {
    const known = kept.get(first)?.get(second);
    if (known !== undefined) return known;
    if (entries >= entriesMax) {
      kept.clear();
      entries = 0;
    }
    const made = make(about);
    const row = kept.get(first) ?? new Map<string, Made>();
    kept.set(first, row.set(second, made));
    entries += 1;
    return made;
  };
}
