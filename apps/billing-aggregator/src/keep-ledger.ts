import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { countMonths, dropMonths, makeMonthsAhead } from './ledger-months.ts';
import { type AggregatorMetrics } from './metrics.ts';

const hourMs = 3_600_000;
const monthsAhead = 2;

/**
 * Makes the ledger of the next months and drops what is older than it is kept, now and once an hour. Where that fails it is
 * tried again: a month that is missing is made when the first exchange of it comes.
 */
export async function keepLedger(
  pool: Pool,
  monthsKept: number,
  metrics: Pick<AggregatorMetrics, 'ledgerMonths'>,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<void> {
  const keep = async () => {
    const now = new Date();
    await makeMonthsAhead(pool, now, monthsAhead);
    const dropped = await dropMonths(pool, keptFrom(now, monthsKept));
    if (dropped.length > 0) log.info({ months: dropped }, 'the ledger of months long gone was dropped');
    metrics.ledgerMonths.set(await countMonths(pool));
  };
  const keepTrying = () =>
    keep().catch((error: unknown) => log.warn({ err: error }, 'the ledger of the months is not kept up'));
  await keepTrying();
  const hourly = setInterval(() => void keepTrying(), hourMs);
  resources.defer(() => clearInterval(hourly));
}

/** The beginning of the oldest month that is kept, where so many whole months before this one are. */
export function keptFrom(now: Date, monthsKept: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsKept));
}
