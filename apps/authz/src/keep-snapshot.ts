import { workOnChanges } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type Pool } from 'pg';
import { type AuthzConfig } from './config.ts';
import { type Loaded, loadSnapshot } from './load-snapshot.ts';
import { addAgeMetrics, addDegradedMetric, type Ages, type AuthzMetrics } from './metrics.ts';
import { readChangeAge, readRulesVersion } from './read-rules.ts';
import { type Snapshot } from './snapshot.ts';

/** No decision can be made on what is known: every ask must be refused. */
export class RulesUnavailable extends Error {
  override readonly name = 'RulesUnavailable';
}

/** Gives the snapshot in force. Throws RulesUnavailable where there is none, or none that may still be believed. */
export type CurrentSnapshot = () => Snapshot;

export type KeptSnapshot = {
  readonly current: CurrentSnapshot;
  /** Why the snapshot may be behind the tables although it is still believed; null while it is not. */
  readonly doubt: () => string | null;
};

type Held = Loaded & {
  /** When the snapshot was last known to be the rules in force. */
  readonly checkedAtMs: number;
  readonly directoryAgeAtCheckMs: number;
};

/**
 * Keeps a snapshot of the rules up to date until released: a notified change is taken in at once, and a check every
 * `versionCheckMs` notices what was not notified. Resolves after the first attempt, whether it succeeded or not.
 */
export async function keepSnapshot(
  pool: Pool,
  config: AuthzConfig,
  metrics: AuthzMetrics,
  service: Service,
): Promise<KeptSnapshot> {
  const { log } = service;
  let held: Held | null = null;
  let isFailing = false;

  const refresh = async () => {
    try {
      await lookAgain(held);
      if (isFailing) log.info('the rules can be read again');
      isFailing = false;
    } catch (error) {
      metrics.refreshes.inc({ result: 'failed' });
      // Once, not at every try: an outage has many.
      if (!isFailing) log.error({ err: error }, 'the rules cannot be read; trying again');
      isFailing = true;
    }
  };

  const lookAgain = async (former: Held | null): Promise<void> => {
    const { version, directoryAgeMs } = await readRulesVersion(pool);
    const checked = { checkedAtMs: performance.now(), directoryAgeAtCheckMs: directoryAgeMs };
    if (former?.snapshot.version === version) {
      held = { ...former, ...checked };
      metrics.refreshes.inc({ result: 'current' });
      return;
    }
    const { how, ...loaded } = await loadSnapshot(pool, config.endpoints, former, log);
    held = { ...loaded, ...checked };
    const { snapshot } = loaded;
    const ms = performance.now() - checked.checkedAtMs;
    metrics.refreshes.inc({ result: how });
    metrics.loadSeconds.observe({ how }, ms / 1_000);
    showSnapshot(metrics, snapshot);
    log.info({ rulesVersion: snapshot.version, how, ms: Math.round(ms), ...snapshot.counts }, 'rules loaded');
    if (former === null) return;
    const ageMs = await readChangeAge(pool, former.snapshot.version, snapshot.version);
    if (ageMs !== null) metrics.inForceSeconds.observe(ageMs / 1_000);
  };

  await workOnChanges(
    pool,
    { channel: 'authz_rules_version', everyMs: config.versionCheckMs, work: refresh },
    service,
  );
  addAgeMetrics(service.metrics, () => (held === null ? null : agesOf(held)));
  addDegradedMetric(service.metrics, () => isFailing);
  return {
    current: () => believed(held, config),
    doubt: () => (isFailing && held !== null ? `the rules were last seen ${secondsAgo(held)} s ago` : null),
  };
}

function showSnapshot(metrics: AuthzMetrics, { version, counts }: Snapshot): void {
  for (const kind of ['systems', 'handlers', 'repeated', 'rules'] as const) {
    metrics.rows.set({ kind }, counts[kind]);
  }
  metrics.rulesVersion.set(Number(version));
}

function agesOf({ checkedAtMs, directoryAgeAtCheckMs }: Held): Ages {
  const snapshotMs = performance.now() - checkedAtMs;
  return { snapshotMs, directoryMs: directoryAgeAtCheckMs + snapshotMs };
}

const secondsAgo = (held: Held) => Math.round(agesOf(held).snapshotMs / 1_000);

function believed(held: Held | null, config: AuthzConfig): Snapshot {
  if (held === null) throw new RulesUnavailable('the rules have not been loaded yet');
  const { systems, handlers } = held.snapshot.counts;
  if (systems === 0 || handlers === 0) throw new RulesUnavailable('the directory is empty');
  const { snapshotMs, directoryMs } = agesOf(held);
  if (snapshotMs > config.snapshotAgeMaxMs) {
    throw new RulesUnavailable(`the rules were last seen ${secondsAgo(held)} s ago`);
  }
  if (directoryMs > config.directoryAgeMaxMs) {
    throw new RulesUnavailable('the directory has not been loaded for too long');
  }
  return held.snapshot;
}
