import { openPool, type PostgresConfig, workOnChanges } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type LimitsMetrics } from '../metrics.ts';
import { type ResolvedLimits } from '../counting/resolved-limits.ts';
import { type LimitsDocument } from './limits-document.ts';
import { readLastVersion, readStoredLimits } from './stored-limits.ts';

// A change is heard of at once; where the notification is lost, this bounds how long the old limits hold.
const pollMs = 500;
const answerTimeoutMs = 2_000;

/** Gives the limits in force at this moment. */
export type CurrentLimits = () => ResolvedLimits;

/**
 * Keeps the limits of the last version in Postgres in force, beginning with those that are given. What cannot be read, be it
 * the database or a document, leaves the old ones in force: no request is refused for it.
 */
export async function keepLimits(
  postgres: PostgresConfig,
  first: ResolvedLimits,
  resolve: (document: LimitsDocument, version: string) => ResolvedLimits,
  metrics: LimitsMetrics,
  service: Service,
): Promise<CurrentLimits> {
  const { log, resources, health } = service;
  const pool = openPool(postgres, log, resources, { answerTimeoutMs, metrics: service.metrics });
  let current = first;
  // The last version looked at, be it taken or not.
  let seen = '0';
  let isSeenUnreadable = false;
  let isAway = false;

  const lookAgain = async () => {
    const last = await readLastVersion(pool);
    if (last === seen) return;
    const stored = await readStoredLimits(pool, last);
    seen = last;
    isSeenUnreadable = !stored?.document;
    if (!stored?.document) {
      metrics.unreadable.inc();
      log.error(
        { version: last, inForce: current.version },
        'these limits cannot be read; those in force stay',
      );
      return;
    }
    current = resolve(stored.document, last);
    metrics.version.set(Number(last));
    log.info({ version: last, limits: stored.document.limits.length }, 'limits in force');
  };
  const work = async () => {
    try {
      await lookAgain();
      if (isAway) log.info({ inForce: current.version }, 'Postgres tells the limits again');
      isAway = false;
    } catch (error) {
      // Once, not at every try: an outage has many.
      if (!isAway) {
        log.error(
          { err: error, inForce: current.version },
          'Postgres does not tell the limits; those in force stay',
        );
      }
      isAway = true;
    }
  };
  // No reason to turn requests away: the limits that were learnt hold.
  health.addCheck('limits', () => {
    if (isAway) return { but: 'Postgres does not tell the limits' };
    return isSeenUnreadable ? { but: `version ${seen} of the limits cannot be read` } : undefined;
  });
  const looked = workOnChanges(pool, { channel: 'throttle_limits_version', everyMs: pollMs, work }, service);
  await Promise.race([looked, delay(answerTimeoutMs, undefined, { ref: false })]);
  return () => current;
}
