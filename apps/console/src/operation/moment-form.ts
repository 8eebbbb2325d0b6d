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

/** A text whose instants, as data write them, are written for people: with their fractions of a second, which tell steps of a request apart. */
export function formatInstants(text: string): string {
  return text.replaceAll(
    /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g,
    (instant, fraction: string | undefined) => `${formatMoment(instant)}${fraction ?? ''}`,
  );
}
