const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Seconds as people say them, in the largest unit of which there are two: 90 minutes, 3 days. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  const [unit, size] = units.find((each) => Math.abs(seconds) >= 2 * each[1]) ?? ['second', 1];
  const amount = Math.round(seconds / size);
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
