import { type Pool } from 'pg';
import { type Logger } from 'pino';

const DAY_MS = 86_400_000;
const MONTHS_AHEAD = 2;

/** Makes the partitions of this month and the next ones, now and once a day. Rejects when they cannot be made now. */
export async function keepMonths(pool: Pool, log: Logger, resources: AsyncDisposableStack): Promise<void> {
  await ensureMonths(pool, log);
  const daily = setInterval(() => {
    ensureMonths(pool, log).catch((error: unknown) =>
      log.error({ err: error }, "the next months' tables are not made"),
    );
  }, DAY_MS);
  resources.defer(() => clearInterval(daily));
}

async function ensureMonths(pool: Pool, log: Logger): Promise<void> {
  const { rows } = await pool.query<{ month: string; made: boolean }>({
    name: 'ensure-months',
    text: `
      select to_char(month, 'YYYY-MM') as month, audit.ensure_month(month) as made
      from generate_series(now(), now() + make_interval(months => $1), interval '1 month') as month`,
    values: [MONTHS_AHEAD],
  });
  for (const { month, made } of rows) {
    if (!made)
      log.warn({ month }, 'the default partition already holds events of this month, which stay there');
  }
}
