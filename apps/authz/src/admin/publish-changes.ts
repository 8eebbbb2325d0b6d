import { RulesChanged } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { inTransaction, listenForChanges } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type AdminMetrics } from '../admin-api-metrics.ts';
import { readChangeEvent } from './read-change-event.ts';
import { type Change } from './read-changes.ts';

const pollMs = 5_000;
const changesPerTurn = 10;

/**
 * Tells the audit of every committed change, in the order of versions, at least once, until released. Kafka away: the
 * changes stand and are told later.
 */
export function publishChanges(
  pool: Pool,
  publisher: Publisher,
  metrics: AdminMetrics,
  { log, resources, health, fail }: Service,
): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let changed = Promise.withResolvers<void>();
  let failingSince: Date | null = null;

  const tell = async () => {
    await countUnpublished(pool, metrics).catch(() => undefined);
    // What was given to the publisher before still goes out: offering it again and again would tell it as often.
    if (failingSince !== null && !publisher.isHealthy()) return;
    try {
      let told = 0;
      do {
        told = await tellSome(pool, publisher);
        metrics.published.inc(told);
      } while (told === changesPerTurn && !signal.aborted);
      if (failingSince !== null) log.info('the audit is told of changes again');
      failingSince = null;
    } catch (error) {
      if (failingSince === null)
        log.error({ err: error }, 'the audit was not told of a change; trying again');
      failingSince ??= new Date();
    }
    await countUnpublished(pool, metrics).catch(() => undefined);
  };
  const run = async () => {
    while (!signal.aborted) {
      // Before the work: a change that comes during it asks for another turn.
      changed = Promise.withResolvers();
      await tell();
      await Promise.race([changed.promise, delay(pollMs, undefined, { signal }).catch(() => undefined)]);
    }
  };
  const running = Promise.all([
    run(),
    listenForChanges(pool, () => changed.resolve(), log, signal, 'authz_rules_version'),
  ]);
  running.catch(fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
  // No reason to turn operators away: what they change stands.
  health.addCheck('audit', () =>
    failingSince === null ? undefined : { but: `changes are not told since ${failingSince.toISOString()}` },
  );
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
