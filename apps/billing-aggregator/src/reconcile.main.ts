import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, runJob } from '@ssp/service';
import { auditApiEnvironment, openAuditApi, toAuditApiConfig } from '@ssp/service/operator';
import { z } from 'zod';
import { openAuditBooks } from './reconcile/audit-books.ts';
import { notRipe, periodOfMonth, ripeHours } from './reconcile/hours.ts';
import { reconcileMonth, wholeMonths } from './reconcile/reconcile-month.ts';
import { reconcileHours } from './reconcile/reconcile-hours.ts';

/** Told by the exit status where an hour does not balance, or waits. */
const statusOfDifferences = 3;

const Hour = z
  .string()
  .regex(/^20\d\d-\d\d-\d\dT\d\d:00Z$/, 'an hour is written YYYY-MM-DDTHH:00Z')
  .transform((text) => new Date(text));

await runJob({
  name: 'billing-reconcile',
  about: `Holds each hour of a period against the audit: what the edges have counted, the audit's completed events, the ledger and the usage
must be the same, and what differs is named by trace id. Of closed months in the period the statement lines must be the usage. The same is done for each hour by itself once it is ripe.
Hours that ended too short a time ago are left out, and told.
Exit status: 0 all balances, or was accepted by a person; ${statusOfDifferences} something differs or waits, or there was nothing to reconcile; 1 it could not be finished; 2 wrong settings.`,
  config: z
    .object({
      ...postgresEnvironment,
      ...auditApiEnvironment('reconcile', 'nothing can be reconciled'),
      RECONCILE_MONTH: z
        .string()
        .regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month is written YYYY-MM')
        .optional()
        .describe('The month to reconcile, UTC; else give both of the next'),
      RECONCILE_FROM: Hour.optional().describe('The first hour to reconcile, as 2026-03-01T00:00Z'),
      RECONCILE_TO: Hour.optional().describe('The hour after the last one'),
      RECONCILE_AFTER_MINUTES: count
        .default(15)
        .describe('Minutes after its end from which an hour is reconciled'),
    })
    .transform((env, ctx) => {
      const audit = toAuditApiConfig(env);
      const period = periodOf(env.RECONCILE_MONTH, env.RECONCILE_FROM, env.RECONCILE_TO);
      if (audit === null) ctx.addIssue({ code: 'custom', path: ['AUDIT_API_URL'], message: 'it is needed' });
      if (period === null)
        ctx.addIssue('give either RECONCILE_MONTH, or RECONCILE_FROM and a later RECONCILE_TO');
      if (audit === null || period === null) return z.NEVER;
      const postgres = toPostgresConfig(env, 'billing-reconcile');
      return { audit, period, postgres, ripeAfterMs: env.RECONCILE_AFTER_MINUTES * 60_000 };
    }),
  run: async ({ audit, period, postgres, ripeAfterMs }, { log, resources }) => {
    const pool = openPool(postgres, log, resources);
    const reconciling = { pool, books: openAuditBooks(openAuditApi(audit, log)) };
    const hours = ripeHours(period, Date.now(), ripeAfterMs);
    const ended = { balanced: 0, accepted: 0, unbalanced: 0, waiting: 0 };
    let done = 0;
    for await (const result of reconcileHours(reconciling, hours, new AbortController().signal)) {
      done += 1;
      ended[result.hour.state] += 1;
      for (const difference of result.differences) log.error(difference, 'a difference');
      if (result.hour.state !== 'balanced' || done % 24 === 0)
        log.info({ ...result.hour, done, of: hours.length }, 'reconciling');
    }
    let unbalancedMonths = 0;
    for (const name of wholeMonths(period)) {
      const month = await reconcileMonth(pool, name);
      if (month === null) continue;
      const { named, ...came } = month;
      if (month.state !== 'balanced') unbalancedMonths += 1;
      for (const difference of named) log.error({ month: name, ...difference }, 'a difference');
      log.info(came, 'the statements of a month were reconciled');
    }
    const left = notRipe(period, hours);
    if (left !== null) log.warn(left, 'hours are left out, as they are not ripe yet');
    const isWhole =
      hours.length > 0 && ended.balanced + ended.accepted === hours.length && unbalancedMonths === 0;
    log.info(
      { ...ended, hours: hours.length, unbalancedMonths, notRipe: left?.hours ?? 0 },
      isWhole
        ? 'all balances, or is accepted'
        : hours.length === 0
          ? 'nothing is ripe'
          : 'reconciled, with differences',
    );
    return isWhole ? 0 : statusOfDifferences;
  },
});

function periodOf(month: string | undefined, from: Date | undefined, to: Date | undefined) {
  if (month !== undefined) return from === undefined && to === undefined ? periodOfMonth(month) : null;
  return from !== undefined && to !== undefined && from < to ? { from, to } : null;
}
