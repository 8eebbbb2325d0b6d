import { boundsReader, type KafkaConnection } from '@ssp/kafka';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { auditedTopics } from '../audit-entry.ts';
import { type AuditMetrics } from '../metrics.ts';
import { findHoles, type Hole } from './find-holes.ts';
import { joinRuns } from './join-runs.ts';
import { writtenUpTo } from './written-up-to.ts';

const everyMaxMs = 10_000;
/** Lines of one look; the metric has the whole. */
const toldMax = 20;

/**
 * Looks every so often for events that are missing below the highest number of their producer, tells of them, and joins the runs of
 * numbers. An event is missing once a higher number was written `gapAfterMs` ago and all that Kafka had by then is written.
 */
export function watchNumbers(
  pool: Pool,
  kafka: KafkaConnection,
  gapAfterMs: number,
  metrics: Pick<AuditMetrics, 'missing'>,
  { log, health, resources }: Pick<Service, 'log' | 'health' | 'resources'>,
): void {
  const released = new AbortController();
  const upTo = writtenUpTo(pool, boundsReader(kafka, released.signal, resources));
  let running: Promise<void> | null = null;
  let isFailing = false;
  let missing = 0;
  let told = new Set<string>();

  const look = async () => {
    const seen = await missingNow(pool, gapAfterMs, upTo);
    if (seen === null) return;
    for (const topic of auditedTopics)
      metrics.missing.set({ topic }, countOf(seen.filter((hole) => hole.topic === topic)));
    const news = seen.filter((hole) => !told.has(nameOf(hole)));
    for (const { topic, source, first, last } of news.slice(0, toldMax))
      log.error({ topic, source, first, last }, 'events of a producer are missing');
    if (news.length > toldMax) log.error({ more: news.length - toldMax }, 'more events are missing');
    const now = countOf(seen);
    if (now < missing) log.info({ missing: now, before: missing }, 'events that were missing have come');
    missing = now;
    told = new Set(seen.map(nameOf));
  };
  const work = async () => {
    try {
      await joinRuns(pool);
      await look();
      isFailing = false;
    } catch (error) {
      if (!isFailing && !released.signal.aborted)
        log.warn({ err: error }, 'whether events are missing cannot be seen; trying again');
      isFailing = true;
    } finally {
      running = null;
    }
  };
  const timer = setInterval(
    () => {
      running ??= work();
    },
    Math.min(everyMaxMs, gapAfterMs),
  );
  resources.defer(async () => {
    clearInterval(timer);
    released.abort();
    await running;
  });
  health.addCheck('numbers', () => (missing === 0 ? undefined : { but: `${missing} events are missing` }));
}

/** Null while it is not known what of Kafka is written. */
async function missingNow(
  pool: Pool,
  gapAfterMs: number,
  upTo: () => Promise<number | null>,
): Promise<readonly Hole[] | null> {
  const writtenMs = await upTo();
  if (writtenMs === null) return null;
  // After that, so that what was written by then is seen.
  const holes = await findHoles(pool);
  const sinceMs = Math.max(gapAfterMs, performance.now() - writtenMs);
  return holes.filter(({ ageMs }) => ageMs >= sinceMs);
}

const nameOf = ({ topic, source, first, last }: Hole) => `${topic} ${source} ${first} ${last}`;
const countOf = (holes: readonly Hole[]) => holes.reduce((sum, { first, last }) => sum + last - first + 1, 0);
