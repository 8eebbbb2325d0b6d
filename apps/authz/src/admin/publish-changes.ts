import { RulesChanged } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { inTransaction, keepTelling, type Outbox } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type AdminMetrics } from '../admin-api-metrics.ts';
import { readChangeEvent } from './read-change-event.ts';
import { type Change } from './read-changes.ts';

const changesPerTurn = 10;

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
  const outbox: Outbox = {
    channel: 'authz_rules_version',
    tellSome: async () => {
      const told = await tellSome(pool, publisher);
      metrics.published.inc(told);
      return told === changesPerTurn;
    },
    countUntold: () => countUnpublished(pool, metrics),
    isOnItsWay: () => !publisher.isHealthy(),
  };
  keepTelling(pool, outbox, service);
}

/** Tells of the oldest changes, and notes it; those told before one that fails are noted all the same. */
function tellSome(pool: Pool, publisher: Publisher): Promise<number> {
  return inTransaction(pool, async (client) => {
    // One process at a time, so that the order holds; the next one finds the rest at its own turn.
    const turn = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('authz.publish_changes')) as mine`,
    );
    if (turn.rows[0]?.mine !== true) return 0;
    const { rows } = await client.query<Omit<Change, 'publishedAt'>>(
      `select version, at, kind, who, why from authz.change
       where published_at is null order by version limit ${changesPerTurn}`,
    );
    let told = 0;
    for (const change of rows) {
      const event = await readChangeEvent(client, change);
      try {
        await publisher.publish(RulesChanged.topic, JSON.stringify(event));
      } catch (error) {
        if (told === 0) throw error;
        break;
      }
      told += 1;
      await client.query('select authz.mark_published(array[$1::bigint])', [change.version]);
    }
    return told;
  });
}

async function countUnpublished(pool: Pool, metrics: AdminMetrics): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int from authz.change where published_at is null',
  );
  metrics.unpublished.set(rows[0]?.count ?? 0);
}
