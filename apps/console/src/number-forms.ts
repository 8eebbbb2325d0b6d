const whole = new Intl.NumberFormat('en-GB');
const upToThreeDigits = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const threeDigits = new Intl.NumberFormat('en-GB', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `1234567` as 1,234,567. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** Bytes with the decimal unit that leaves one to three digits before the point: 1.25 MB. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1_000, ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** Milliseconds, or seconds from a thousand on; a dash where nothing was measured. */
export function formatMilliseconds(durationMs: number | null): string {
  if (durationMs === null) return '–';
  return scaled(durationMs, 1_000, ['ms', 's']);
}

/** `2026-01` as January 2026. */
export function formatMonth(month: string): string {
  return monthName.format(new Date(`${month}-01T00:00:00Z`));
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let size = value;
  let index = 0;
  // 999.5 would be rounded to 1000 of its unit.
  while (size >= step - 0.5 && index < units.length - 1) {
    size /= step;
    index += 1;
  }
  return `${digits(size, step, index)} ${units[index] ?? ''}`;
}

function digits(size: number, step: number, index: number): string {
  if (size >= step) return whole.format(Math.round(size));
  return (index === 0 ? upToThreeDigits : threeDigits).format(size);
}
