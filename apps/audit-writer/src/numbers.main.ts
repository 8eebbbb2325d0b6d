import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, runJob } from '@ssp/service';
import { z } from 'zod';
import { checkNumbers } from './numbers/check-numbers.ts';
import { retiredBefore } from './numbers/retired-before.ts';
import { statusOfFaults } from './verify/tell-faults.ts';

const everyMs = 5_000;
/** Lines at most; the summary has the number. */
const toldMax = 1_000;

await runJob({
  name: 'audit-numbers',
  about: `Shows from the stored events that of every producer each number is there once, and names those that are missing or repeated.
That the events are as they were written is for audit-verify to show. Run it where no writer lags behind.
Exit status: 0 all are there once; ${statusOfFaults} some are not; 1 it could not be finished; 2 wrong settings.`,
  config: z.object({
    ...postgresEnvironment,
    AUDIT_GAP_AFTER_SECONDS: count
      .default(60)
      .describe(
        'Seconds after which an event counts as missing when a higher number of its producer was written',
      ),
  }),
  run: async (env, { log, resources }) => {
    const pool = openPool(toPostgresConfig(env, 'audit-numbers'), log, resources);
    const settings = {
      gapAfterMs: env.AUDIT_GAP_AFTER_SECONDS * 1_000,
      retiredBeforeMs: await retiredBefore(pool),
    };
    let toldMs = performance.now();
    const { faults, ...seen } = await checkNumbers(pool, settings, (events) => {
      if (events % 1_000 !== 0 || performance.now() - toldMs < everyMs) return;
      toldMs = performance.now();
      log.info({ events }, 'checking numbers');
    });
    for (const fault of faults.slice(0, toldMax))
      log.error(fault, 'numbers of a producer are not there once each');
    const isWhole = faults.length === 0;
    log.info({ ...seen, faults: faults.length }, isWhole ? 'complete' : 'checked, with faults');
    return isWhole ? 0 : statusOfFaults;
  },
});
