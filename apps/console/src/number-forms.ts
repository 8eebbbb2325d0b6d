const wholeNumber = new Intl.NumberFormat('en-GB');
const upToThreeDigits = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const threeDigits = new Intl.NumberFormat('en-GB', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const dayName = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumSignificantDigits: 3 });
const wholePercent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 0 });

/** `1234567` as 1,234,567. */
export function formatCount(count: number): string {
  return wholeNumber.format(count);
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

/** `2026-01-31` as 31 January 2026. */
export function formatDay(day: string): string {
  return dayName.format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

/** `2026-01-31T14:00:00.000Z` as 31 January 2026, 14:00. */
export function formatHour(instant: string): string {
  return `${formatDay(instant)}, ${instant.slice(11, 16)}`;
}

/** A part of a whole: 0.012 as 1.2%; a dash where there is no whole. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : percent.format(part / whole);
}

/** How a figure differs from a former one: 12% more, 3% less, the same; a dash where either is missing or zero. */
export function formatChange(now: number | null, before: number | null): string {
  if (now === null || before === null || before === 0) return '–';
  const change = (now - before) / before;
  if (Math.abs(change) < 0.005) return 'about the same';
  return `${wholePercent.format(Math.abs(change))} ${change > 0 ? 'more' : 'less'}`;
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
  if (size >= step) return wholeNumber.format(Math.round(size));
  return (index === 0 ? upToThreeDigits : threeDigits).format(size);
}
