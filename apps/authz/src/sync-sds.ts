import { listenForChanges, openPool, requireRole, requireSchema } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { authzSchema } from './authz-schema.ts';
import { type Stored } from './commit-load.ts';
import { countDirectory } from './count-directory.ts';
import { loadDirectory } from './load-directory.ts';
import { DirectoryRefused } from './refuse-shrunk.ts';
import { createEntriesRemembered } from './remember-entries.ts';
import { type Attempt, createPasses } from './run-passes.ts';
import { type SyncSdsConfig } from './sync-sds-config.ts';
import { createSyncSdsMetrics } from './sync-sds-metrics.ts';

/** The channel on which anybody who may write asks for a load at once; the payload `full` asks for a whole one. */
const syncChannel = 'authz_sync_now';

/** Loads the whole directory once; `tell` is told how it goes. Rejects where it cannot be read, stored or believed. */
export async function syncSdsOnce(
  config: SyncSdsConfig,
  service: Service,
  tell: (line: string) => void = () => undefined,
): Promise<Stored> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources);
  await requireRole(pool, config.postgres);
  await requireSchema(pool, authzSchema, service.health);
  const { signal } = new AbortController();
  const progress = everySoOften((entries) => tell(`${entries} entries read`));
  const remembered = createEntriesRemembered();
  const loaded = await loadDirectory('whole', { config, pool, remembered, signal, progress });
  if (loaded.result === 'unable') throw new Error(loaded.because);
  const { rows, setAside } = await countDirectory(pool);
  log.info({ ...loaded, ...rows, setAside }, 'the directory is loaded');
  tell(
    `the directory is loaded: ${loaded.result}, ${Object.entries({ ...rows, ...setAside })
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  return loaded;
}

/**
 * Loads the whole directory at once and then keeps up with it until released: by what was modified, by listings, by whole loads, each at its
 * interval, and on demand by `notify authz_sync_now`. A failed load is tried again.
 */
export async function startSyncSds(config: SyncSdsConfig, service: Service): Promise<void> {
  const { log, resources, health } = service;
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, authzSchema, service.health);
  let equalAtMs: number | null = null;
  let refused: string | null = null;
  let failed: string | null = null;
  const ageMs = () => (equalAtMs === null ? Infinity : performance.now() - equalAtMs);
  const metrics = createSyncSdsMetrics(service.metrics, () => ageMs() / 1_000);
  health.addCheck('directory', () => {
    if (refused !== null) throw new Error(`the last load was refused: ${refused}`);
    const because = failed === null ? '' : `: ${failed}`;
    if (equalAtMs === null) throw new Error(`the directory has not been loaded yet${because}`);
    if (ageMs() > config.ageMaxMs) {
      throw new Error(`the last good load is ${Math.round(ageMs() / 1_000)} s old${because}`);
    }
    return failed === null ? undefined : { but: `the last load failed${because}` };
  });

  const stopping = new AbortController();
  const { signal } = stopping;
  const options = {
    config,
    pool,
    remembered: createEntriesRemembered(),
    progress: everySoOften((entries) => log.info({ entries }, 'reading the directory')),
  };

  const tryOnce: Attempt = async (pass, passSignal) => {
    const startedMs = performance.now();
    try {
      const loaded = await loadDirectory(pass, { ...options, signal: passSignal });
      failed = null;
      metrics.loads.inc({ pass, result: loaded.result });
      if (loaded.result === 'unable') {
        log.info({ pass, because: loaded.because }, 'a greater load is needed');
        return 'unable';
      }
      if (pass !== 'changes') equalAtMs = startedMs;
      if (pass === 'whole') refused = null;
      if (loaded.result === 'changed') log.info({ pass, ...loaded }, 'the directory has changed');
      if (pass === 'whole' || loaded.result === 'changed') metrics.setCounts(await countDirectory(pool));
      return 'good';
    } catch (error) {
      if (passSignal.aborted) {
        metrics.loads.inc({ pass, result: 'abandoned' });
        return 'abandoned';
      }
      if (error instanceof DirectoryRefused) {
        refused = error.message;
        metrics.loads.inc({ pass, result: 'refused' });
        log.error({ pass, err: error }, whenRefused);
        return 'refused';
      }
      failed = error instanceof Error ? error.message : String(error);
      metrics.loads.inc({ pass, result: 'failed' });
      log.error({ pass, err: error }, 'the directory was not loaded; the former one stays in force');
      return 'failed';
    }
  };

  const attempt: Attempt = async (pass, passSignal) => {
    const measured = metrics.seconds.startTimer({ pass });
    const end = await tryOnce(pass, passSignal);
    if (end !== 'abandoned') measured();
    return end;
  };

  const passes = createPasses(attempt, config.intervalsMs, signal);
  const demand = (payload = '') => passes.demand(payload === 'full' ? 'whole' : 'changes');
  const running = Promise.all([passes.run(), listenForChanges(pool, demand, log, signal, syncChannel)]);
  running.catch(service.fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
}

const whenRefused =
  'the directory looks broken and was not taken in; the former one stays in force. If it is right, run sync-sds --once with a lower SDS_SHRINK_MIN_PERCENT; else have the directory mended';

const progressMs = 5_000;

function everySoOften(tell: (entries: number) => void): (entries: number) => void {
  let toldAtMs = performance.now();
  return (entries) => {
    if (performance.now() - toldAtMs < progressMs) return;
    toldAtMs = performance.now();
    tell(entries);
  };
}
