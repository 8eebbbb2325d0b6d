import { openPool, requireRole } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type Directory, setAsideReasons } from './directory.ts';
import { readDirectory } from './read-directory.ts';
import { DirectoryRefused, storeDirectory, type Stored } from './store-directory.ts';
import { type SyncSdsConfig } from './sync-sds-config.ts';
import { createSyncSdsMetrics, type SyncSdsMetrics } from './sync-sds-metrics.ts';

/** Loads the directory once. Rejects where it cannot be read, stored or believed. */
export async function syncSdsOnce(config: SyncSdsConfig, service: Service): Promise<Stored> {
  const pool = openPool(config.postgres, service.log, service.resources);
  await requireRole(pool, config.postgres);
  const { directory, stored } = await load(config, pool, true, new AbortController().signal);
  logLoad(service, directory, stored);
  return stored;
}

/** Loads the directory at once and then at every interval, until released; a failed load is tried again at the next. */
export async function startSyncSds(config: SyncSdsConfig, service: Service): Promise<void> {
  const { log, resources, health } = service;
  const pool = openPool(config.postgres, log, resources);
  await requireRole(pool, config.postgres);
  let loadedAtMs: number | null = null;
  const ageMs = () => (loadedAtMs === null ? Infinity : performance.now() - loadedAtMs);
  const metrics = createSyncSdsMetrics(service.metrics, () => ageMs() / 1_000);
  health.addCheck('directory', () => {
    if (loadedAtMs === null) throw new Error('the directory has not been loaded yet');
    if (ageMs() > config.ageMaxMs) {
      throw new Error(`the last good load is ${Math.round(ageMs() / 1_000)} s old`);
    }
  });

  const stopping = new AbortController();
  const attempt = async () => {
    const measured = metrics.seconds.startTimer();
    try {
      const { directory, stored } = await load(config, pool, loadedAtMs === null, stopping.signal);
      loadedAtMs = performance.now();
      metrics.loads.inc({ result: stored.result });
      countRows(metrics, directory);
      logLoad(service, directory, stored);
    } catch (error) {
      if (stopping.signal.aborted) return;
      metrics.loads.inc({ result: error instanceof DirectoryRefused ? 'refused' : 'failed' });
      log.error({ err: error }, 'the directory was not loaded; the former one stays in force');
    } finally {
      measured();
    }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await attempt();
      await delay(config.intervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  running.catch(service.fail);
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
}

async function load(config: SyncSdsConfig, pool: Pool, compareRows: boolean, signal: AbortSignal) {
  const directory = await readDirectory(config.sds, signal);
  const { shrinkMinPercent } = config;
  return { directory, stored: await storeDirectory(pool, directory, { shrinkMinPercent, compareRows }) };
}

function countRows(metrics: SyncSdsMetrics, directory: Directory): void {
  for (const kind of ['systems', 'handlers', 'organisations'] as const) {
    metrics.rows.set({ kind }, directory[kind].length);
  }
  for (const reason of setAsideReasons) {
    metrics.setAside.set({ reason }, directory.setAside.filter((row) => row.reason === reason).length);
  }
}

function logLoad({ log }: Service, directory: Directory, stored: Stored): void {
  const { systems, handlers, organisations, setAside } = directory;
  const rows = {
    systems: systems.length,
    handlers: handlers.length,
    organisations: organisations.length,
    setAside: setAside.length,
  };
  if (stored.result === 'changed') log.info({ ...stored, ...rows }, 'the directory has changed');
  else log.debug({ ...stored, ...rows }, 'the directory is as it was');
}
