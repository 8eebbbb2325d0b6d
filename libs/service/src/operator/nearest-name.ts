/** The name that somebody most likely meant: by the fewest letters to change, and not more than a third; or none. */
export function nearestName(written: string, names: readonly string[]): string | null {
  let nearest: string | null = null;
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const changes = changesBetween(written.toLowerCase(), name.toLowerCase(), fewest);
    if (changes >= fewest) continue;
    fewest = changes;
    nearest = name;
  }
  return nearest;
}

/** Letters to add, drop or replace; at least `limit` is as good as many. */
function changesBetween(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let former = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (former[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (former[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    former = next;
  }
  return former[right.length] ?? limit;
}
