import { RulesChanged } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { keepTelling } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type AdminMetrics } from '../admin-api-metrics.ts';
import { readChangeEvent } from './read-change-event.ts';
import { type Change } from './read-changes.ts';

/**
 * Tells the audit of every committed change, in the order of versions, at least once, until released. Kafka away: the
 * changes stand and are told later.
 */
export function publishChanges(
  pool: Pool,
  publisher: Publisher,
  metrics: AdminMetrics,
  service: Service,
): void {
  keepTelling<Omit<Change, 'publishedAt'>>(
    pool,
    {
      channel: 'authz_rules_version',
      lock: 'authz.publish_changes',
      readUntold: async (client, changesMax) => {
        const { rows } = await client.query<Omit<Change, 'publishedAt'>>(
          `select version, at, kind, who, why from authz.change
           where published_at is null order by version limit $1`,
          [changesMax],
        );
        return rows;
      },
      eventOf: readChangeEvent,
      publish: (event) => publisher.publish(RulesChanged.topic, event),
      noteTold: (client, { version }) =>
        client.query('select authz.mark_published(array[$1::bigint])', [version]),
      countUntold: async () => {
        const { rows } = await pool.query<{ count: number }>(
          'select count(*)::int from authz.change where published_at is null',
        );
        return rows[0]?.count ?? 0;
      },
      isOnItsWay: () => !publisher.isHealthy(),
      metrics,
    },
    service,
  );
}
