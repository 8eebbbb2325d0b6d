/** Late events are few by then. */
const restMinutes = 10;
/** What is older is read as it was counted: a stray year in an event is no reason to sum up all hours since. */
const yearsBack = 3;

/** What `endedHours` is to be given as $1 to $3. */
export const endedHoursValues = (now: Date) => [now, yearsBack, restMinutes];

/** When an hour of `endedHours` was ripe to be summed up. */
export const ripeAt = `ended.hour + interval '1 hour' + make_interval(mins => $3)`;

/** Hours that are to be summed up, empty ones among them. */
export const endedHours = `
  select hour from generate_series(
    greatest(date_trunc('month', (select min(hour) from billing.usage_hour), 'UTC'),
      date_trunc('month', $1::timestamptz, 'UTC') - make_interval(years => $2)),
    $1::timestamptz - interval '1 hour' - make_interval(mins => $3), interval '1 hour') as ended (hour)`;
