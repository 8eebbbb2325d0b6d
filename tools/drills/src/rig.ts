import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PlatformCard,
  platformPaths,
  type PlatformPaths,
  repositoryRoot,
  startPlatform,
  untilReady,
  type Report,
  watchedServices,
} from '@ssp/platform';
import {
  createDevelopmentPki,
  type DevelopmentPki,
  readLeashRecord,
  startStubTimeServer,
  type StubTimeServer,
} from '@ssp/testing';
import { type DrillProvider, startDrillProvider } from './drill-provider.ts';
import { Unexpected } from './ends.ts';
import { until } from './until.ts';

/** A platform of its own, and the hands that drills lay on it. */
export type Rig = {
  readonly paths: PlatformPaths;
  readonly pki: DevelopmentPki;
  readonly provider: DrillProvider;
  readonly clocks: readonly StubTimeServer[];
  /** As it was when all was started; ports stay. */
  readonly card: PlatformCard;
  readonly pidOf: (name: string) => number;
  /** To the whole process group. */
  readonly signal: (name: string, what: NodeJS.Signals) => void;
  /** Ends it as a crash would, or asks it to end; resolves when another one runs in its place and is ready. */
  readonly endAndReturn: (name: string, how: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** What a service says of itself: whether it is ready, and its words; null while it does not answer. */
  readonly readiness: (name: string) => Promise<{ readonly isReady: boolean; readonly says: string } | null>;
  /** Resolves when every service is ready. */
  readonly allReady: () => Promise<void>;
};

/** What differs from production: the machine of a drill does much else, and nobody waits half a minute for a provider. */
const settings = {
  EDGE_AUTHZ_TIMEOUT_MS: '5000',
  EDGE_THROTTLE_TIMEOUT_MS: '5000',
  EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '3000',
  AUDIT_CLOSE_AFTER_SECONDS: '10',
};

const returnsWithinMs = 120_000;

/** Starts everything in a folder that goes with `resources`. */
export async function startRig(report: Report, resources: AsyncDisposableStack): Promise<Rig> {
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'drills-')));
  const paths = platformPaths(repositoryRoot, join(directory.path, 'local'));
  const pki = await createDevelopmentPki(paths.pki, { now: new Date() });
  const provider = await startDrillProvider(pki, resources);
  const clocks = await Promise.all([1, 2, 3].map(() => startStubTimeServer({}, resources)));
  // oxlint-disable-next-line node/no-process-env -- what a terminal would hand on
  const { PATH = '', HOME = '' } = process.env;
  const person = {
    inherited: { PATH, HOME, ...settings, NTP_SERVERS: clocks.map(({ address }) => address).join(',') },
    connectTo: `orange.testlab.nhs.uk:443:${provider.address}`,
    ownPrograms: true,
  };
  const card = await startPlatform(paths, person, report, resources);

  const pid = (name: string) => readLeashRecord(paths.leash)?.processes.find((it) => it.name === name)?.pid;
  const pidOf = (name: string) => {
    const found = pid(name);
    if (found === undefined) throw new Unexpected(`${name} does not run`);
    return found;
  };
  const signal = (name: string, what: NodeJS.Signals) => void process.kill(-pidOf(name), what);
  const adminOf = (name: string) => card.services[name]?.[0]?.admin ?? '';
  const whenReady = async (name: string) => {
    const admin = adminOf(name);
    if (admin !== '') await untilReady(admin, returnsWithinMs, AbortSignal.timeout(returnsWithinMs));
  };
  return {
    paths,
    pki,
    provider,
    clocks,
    card,
    pidOf,
    signal,
    endAndReturn: async (name, how) => {
      const old = pidOf(name);
      signal(name, how);
      await until(`${name} is started again`, () => (pid(name) ?? old) !== old, returnsWithinMs);
      await whenReady(name);
    },
    readiness: async (name) => {
      try {
        const response = await fetch(`${adminOf(name)}/readyz`, { signal: AbortSignal.timeout(5_000) });
        return { isReady: response.ok, says: await response.text() };
      } catch {
        return null;
      }
    },
    allReady: async () => {
      await Promise.all(Object.keys(card.services).map(whenReady));
    },
  };
}

/** The services that a request waits for, and those behind them. */
export const services = [...watchedServices, 'console'] as const;
