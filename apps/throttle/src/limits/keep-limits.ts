import { listenForChanges, openPool, type PostgresConfig } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type LimitsMetrics } from '../metrics.ts';
import { type ResolvedLimits } from '../counting/resolved-limits.ts';
import { type LimitsDocument } from './limits-document.ts';
import { readLastVersion, readStoredLimits } from './stored-limits.ts';

// A change is heard of at once; where the notification is lost, this bounds how long the old limits hold.
const pollMs = 500;
const answerTimeoutMs = 2_000;
const unreachable = 'Postgres does not tell the limits';

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
  { log, resources, health, fail }: Service,
): Promise<CurrentLimits> {
  const pool = openPool(postgres, log, resources, { answerTimeoutMs });
  const stopping = new AbortController();
  const { signal } = stopping;
  let changed = Promise.withResolvers<void>();
  let current = first;
  // The last version looked at, be it taken or not.
  let seen = '0';
  let trouble: string | null = null;

  const setTrouble = (next: string | null, err?: unknown) => {
    if (next !== null && next !== trouble)
      log.error({ err }, `${next}; those of version ${current.version} stay`);
    if (next === null && trouble !== null)
      log.info({ version: current.version }, 'the limits are kept up to date again');
    trouble = next;
  };
  const look = async () => {
    const last = await readLastVersion(pool);
    if (last === seen) return;
    const stored = await readStoredLimits(pool, last);
    seen = last;
    if (stored === null || stored.document === null) {
      metrics.unreadable.inc();
      return setTrouble(`version ${last} of the limits cannot be read`);
    }
    current = resolve(stored.document, last);
    metrics.version.set(Number(last));
    log.info({ version: last, limits: stored.document.limits.length }, 'limits in force');
    setTrouble(null);
  };
  const tryToLook = async () => {
    try {
      await look();
      if (trouble === unreachable) setTrouble(null);
    } catch (error) {
      setTrouble(unreachable, error);
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      // Before the work: a change that comes during it asks for another turn.
      changed = Promise.withResolvers();
      await tryToLook();
      await Promise.race([changed.promise, delay(pollMs, undefined, { signal }).catch(() => undefined)]);
    }
  };
  const heard = listenForChanges(pool, () => changed.resolve(), log, signal, 'throttle_limits_version');
  const began = tryToLook();
  const running = Promise.all([began.then(run), heard]);
  running.catch(fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
  // No reason to turn requests away: the limits that were learnt hold.
  health.addCheck('limits', () => (trouble === null ? undefined : { but: trouble }));
  await Promise.race([began, delay(answerTimeoutMs, undefined, { ref: false })]);
  return () => current;
}
