import { UsageMonth } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { z } from 'zod';
import { type Period, periodOfMonth } from '../reconcile/hours.ts';

const dayMs = 86_400_000;
const daysMax = 32;

/** A whole hour, UTC. */
export const Hour = z
  .string()
  .regex(/^20\d\d-\d\d-\d\dT\d\d:00(:00(\.000)?)?Z$/, 'an hour is written YYYY-MM-DDTHH:00Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'there is no such hour');

/** A period of whole hours. */
export const PeriodInput = z.strictObject({
  month: UsageMonth.optional().describe('A calendar month, UTC, instead of from and to'),
  from: Hour.optional().describe('First hour of the period, UTC'),
  to: Hour.optional().describe('Hour after the last of the period, UTC; at most 32 days'),
});

/** The period that was asked for. @throws Problem 400 */
export function periodOf({ month, from, to }: z.output<typeof PeriodInput>): Period {
  if (month !== undefined && from === undefined && to === undefined) return periodOfMonth(month);
  if (month !== undefined || from === undefined || to === undefined || !(from < to))
    throw new Problem(400, 'give either month, or from and a later to');
  const period = { from: new Date(from), to: new Date(to) };
  if (period.to.getTime() - period.from.getTime() > daysMax * dayMs)
    throw new Problem(400, `to: at most ${daysMax} days after from`);
  return period;
}
