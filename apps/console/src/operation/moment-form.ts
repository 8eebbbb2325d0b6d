const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** A moment to the second, in UTC: 3 March 2026 at 14:05:09. */
export function formatMoment(at: Date | string): string {
  return moment.format(new Date(at));
}
