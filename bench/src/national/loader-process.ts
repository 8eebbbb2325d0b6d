import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leash } from '@ssp/testing';
import { peakMemoryMb } from '../cpu/peak-memory.ts';
import { repositoryRoot } from '../paths.ts';
import { freePorts } from '../yardstick/free-port.ts';

/** The directory's loader in a process of its own. */
export type Loader = {
  /** The passes so far. */
  readonly passes: () => Promise<Passes>;
  readonly peakRssMb: () => Promise<number>;
};

/** Seconds and number of all passes of each kind, and the results that were not good. */
export type Passes = {
  readonly seconds: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly bad: readonly string[];
};

/** Starts `sync-sds` as it runs in service; stopped with `resources`. */
export async function startLoader(
  environment: Readonly<Record<string, string>>,
  leash: Leash,
  resources: AsyncDisposableStack,
): Promise<Loader> {
  const [port = 0] = await freePorts(1);
  const program = join(repositoryRoot, 'apps/authz/src/sync-sds.main.ts');
  const child = await leash.spawn(process.execPath, [program], {
    name: 'sync-sds',
    output: { file: '/dev/null' },
    env: { ...environment, ADMIN_PORT: String(port) },
  });
  resources.use(child);
  return {
    passes: async () => readPasses(await metricsAt(port)),
    peakRssMb: () => peakMemoryMb(child.pid),
  };
}

async function metricsAt(port: number): Promise<string> {
  // It may not listen yet.
  for (let tries = 0; ; tries += 1) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}

function readPasses(metrics: string): Passes {
  const of = (pattern: RegExp) =>
    Object.fromEntries([...metrics.matchAll(pattern)].map(([, labels, value]) => [labels, Number(value)]));
  return {
    seconds: of(/^ssp_sds_load_seconds_sum\{pass="(\w+)"\} (\S+)$/gm),
    counts: of(/^ssp_sds_load_seconds_count\{pass="(\w+)"\} (\S+)$/gm),
    bad: metrics.match(/^ssp_sds_loads_total\{.*"(?:failed|refused|unable)"\}.*$/gm) ?? [],
  };
}
