import { LimitsChanged } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { keepTelling } from '@ssp/postgres';
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
  keepTelling<{ readonly version: string }>(
    pool,
    {
      channel: 'throttle_limits_version',
      lock: 'throttle.publish_limits',
      readUntold: async (client, changesMax) => {
        const { rows } = await client.query<{ version: string }>(
          'select version from throttle.limits_version where published_at is null order by version limit $1',
          [changesMax],
        );
        return rows;
      },
      eventOf: async (client, { version }) => {
        const stored = await readStoredLimits(client, version);
        if (stored === null) throw new Error(`there is no version ${version} of the limits`);
        return readLimitsEvent(client, stored);
      },
      publish: (event) => publisher.publish(LimitsChanged.topic, event),
      noteTold: (client, { version }) =>
        client.query('select throttle.mark_published($1::bigint)', [version]),
      countUntold: async () => {
        const { rows } = await pool.query<{ count: number }>(
          'select count(*)::int from throttle.limits_version where published_at is null',
        );
        return rows[0]?.count ?? 0;
      },
      isOnItsWay: () => !publisher.isHealthy(),
      metrics,
    },
    service,
  );
}
