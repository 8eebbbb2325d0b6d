/**
 * Remembers what was made for each pair of names, so that it is made once; `make` reads from `about` what they name.
 * Beyond `entriesMax` pairs all are forgotten: senders make up names at will, and memory is bounded.
 */
export function keptBy<About, Made>(
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
