import { UsageMonth } from '@ssp/contracts';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, filePath, flag, Problem, readSigningKey, runJob } from '@ssp/service';
import { auditApiEnvironment, openAuditApi, toAuditApiConfig, Why } from '@ssp/service/operator';
import { z } from 'zod';
import { closeMonth, previewClose } from './books/close-month.ts';
import { ledgerBalance } from './books/ledger-balance.ts';
import { openAuditBooks } from './reconcile/audit-books.ts';
import { monthBalance } from './reconcile/month-balance.ts';

await runJob({
  name: 'billing-close-month',
  about: `Closes a month: writes its statements, which are never changed afterwards. Whatever is counted for it later is stated by a later statement.
Exit status: 0 it is closed, or could be; 3 it cannot be closed, and why is told; 1 it could not be finished: then nothing was written; 2 wrong settings.`,
  config: z.object({
    ...postgresEnvironment,
    ...auditApiEnvironment('reconcile', 'no month is closed unless BILLING_UNRECONCILED says why'),
    RECONCILE_AFTER_MINUTES: count
      .default(15)
      .describe('Minutes after its end from which an hour is held against the audit'),
    BILLING_MONTH: UsageMonth.describe('The month, UTC, YYYY-MM'),
    BILLING_SIGNING_KEY_FILE: filePath.describe('Ed25519 private key that signs statements, PEM'),
    BILLING_WHO: z
      .string()
      .min(1)
      .max(100)
      .default('close-month')
      .describe('Who closes it; on every statement'),
    BILLING_WHY: Why.default('the month has ended').describe(
      'Why, such as the number of an approval; on every statement',
    ),
    BILLING_UNRECONCILED: Why.optional().describe(
      'Why the month is closed without an audit to hold it against; kept with the closing',
    ),
    BILLING_DRY_RUN: flag.default(false).describe('Whether only to tell what it would be closed with'),
  }),
  run: async (env, { log, resources }) => {
    const { BILLING_MONTH: month, BILLING_WHO: name, BILLING_WHY: why } = env;
    const unreconciled = env.BILLING_UNRECONCILED ?? null;
    const signingKey = readSigningKey(env.BILLING_SIGNING_KEY_FILE);
    const pool = openPool(toPostgresConfig(env, 'billing-close-month'), log, resources);
    const audit = toAuditApiConfig(env);
    const balance =
      audit === null
        ? ledgerBalance(pool)
        : monthBalance(
            { pool, books: openAuditBooks(openAuditApi(audit, log)) },
            { ripeAfterMs: env.RECONCILE_AFTER_MINUTES * 60_000, signal: new AbortController().signal },
          );
    const now = new Date();
    if (env.BILLING_DRY_RUN) {
      const { statements, reasons, accepted, isAudited } = await previewClose(pool, balance, month, now);
      tell(statements, 'would be written');
      for (const one of accepted) log.warn(one, 'accepted');
      if (!isAudited)
        log.warn('there is no audit to hold it against: it is closed only with BILLING_UNRECONCILED');
      for (const reason of reasons) log.error({ month, reason }, 'the month cannot be closed');
      return reasons.length === 0 ? 0 : 3;
    }
    const actor = { role: 'billing', name, subject: null, supplier: null };
    try {
      const closed = await closeMonth(pool, balance, signingKey, { month, actor, why, unreconciled, now });
      tell(closed.statements, 'written');
      for (const one of closed.accepted) log.warn(one, 'accepted');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.error({ month, ...error.members }, error.message);
      return 3;
    }
    log.info({ month }, 'the month is closed');

    function tell(
      statements: readonly { readonly number: string; readonly supplier: string; readonly total: string }[],
      what: string,
    ) {
      for (const { number, supplier, total } of statements) log.info({ number, supplier, total }, what);
    }
  },
});
