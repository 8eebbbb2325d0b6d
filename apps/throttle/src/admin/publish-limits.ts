import { LimitsChanged } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { inTransaction, keepTelling } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type AdminMetrics } from '../admin-api-metrics.ts';
import { readStoredLimits } from '../limits/stored-limits.ts';
import { readLimitsEvent } from './read-limits-event.ts';

/** Tells the audit of every version of the limits, in their order, at least once, until released. */
export function publishLimits(
  pool: Pool,
  publisher: Publisher,
  metrics: AdminMetrics,
  service: Service,
): void {
  keepTelling(
    pool,
    {
      channel: 'throttle_limits_version',
      tellSome: async () => {
        const told = await tellOldest(pool, publisher);
        if (told) metrics.published.inc();
        return told;
      },
      countUntold: async () => {
        const { rows } = await pool.query<{ count: number }>(
          'select count(*)::int from throttle.limits_version where published_at is null',
        );
        metrics.unpublished.set(rows[0]?.count ?? 0);
      },
      isOnItsWay: () => !publisher.isHealthy(),
    },
    service,
  );
}

function tellOldest(pool: Pool, publisher: Publisher): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    // One process at a time, so that the order holds; the next one finds the rest at its own turn.
    const turn = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('throttle.publish_limits')) as mine`,
    );
    if (turn.rows[0]?.mine !== true) return false;
    const { rows } = await client.query<{ version: string }>(
      'select version from throttle.limits_version where published_at is null order by version limit 1',
    );
    const stored = rows[0] === undefined ? null : await readStoredLimits(client, rows[0].version);
    if (stored === null) return false;
    await publisher.publish(LimitsChanged.topic, JSON.stringify(await readLimitsEvent(client, stored)));
    await client.query('select throttle.mark_published($1::bigint)', [stored.version]);
    return true;
  });
}
