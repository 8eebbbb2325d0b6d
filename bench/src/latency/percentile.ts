/**
 * The value that a share of the ascending `sorted` does not exceed, by nearest rank: always one that was measured.
 * @throws RangeError for none
 */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  if (value === undefined) throw new RangeError('nothing has no percentiles');
  return value;
}
