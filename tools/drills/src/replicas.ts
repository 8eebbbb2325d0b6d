import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, type Leash, type LeashedProcess, startLeash } from '@ssp/testing';
import { untilReady } from '@ssp/platform';
import { type Backend, startBalancer } from './balancer.ts';
import { type Rig } from './rig.ts';

/** Another process of a service that runs, beside it; it can be restarted as a cluster does. */
export type Replica = Backend & {
  /** Asks it to end, waits until it has, and starts it again; resolves when it is ready. */
  readonly restart: () => Promise<void>;
  /** Asks it to end, and resolves when it has. */
  readonly stop: () => Promise<void>;
};

const readyWithinMs = 120_000;
/** As long as a balancer may take to notice that one is not ready any more. */
const drainGraceMs = '3000';

/** Starts replicas of this platform's services, each with its settings but ports and folders of its own. */
export async function openReplicas(rig: Rig, resources: AsyncDisposableStack) {
  const leash = await startLeash(join(rig.paths.leash, '../replicas'), resources);
  let number = 0;
  return (name: string, differing: Readonly<Record<string, string>> = {}) =>
    startReplica(rig, leash, name, number++, differing);
}

/** Two of each that requests wait for, and balancers before them; gives a starter of edges that ask those. */
export async function replicatedPlatform(rig: Rig, resources: AsyncDisposableStack) {
  const start = await openReplicas(rig, resources);
  const authz = await Promise.all([start('authz'), start('authz')]);
  const throttle = await Promise.all([start('throttle'), start('throttle')]);
  const asked = {
    EDGE_AUTHZ_URL: `http://${await startBalancer(() => authz, resources)}`,
    EDGE_THROTTLE_URL: `http://${await startBalancer(() => throttle, resources)}`,
  };
  return { authz, throttle, startEdge: () => start('edge', asked) };
}

async function startReplica(
  rig: Rig,
  leash: Leash,
  name: string,
  number: number,
  differing: Readonly<Record<string, string>>,
): Promise<Replica> {
  const { args, env } = await programOf(rig.pidOf(name));
  const port = await findFreePort();
  const adminPort = await findFreePort();
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const spool = join(rig.paths.edgeSpool, '..', `edge-spool-${number}`);
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const own =
    name === 'edge'
      ? {
          EDGE_HTTPS_PORT: `${port}`,
          EDGE_HTTP_PORT: `${await findFreePort()}`,
          EDGE_SPOOL_DIR: spool,
          EDGE_DRAIN_GRACE_MS: drainGraceMs,
        }
      : { LISTEN_PORT: `${port}`, LISTEN_DRAIN_GRACE_MS: drainGraceMs };
  const launch = async (): Promise<LeashedProcess> => {
    const started = await leash.spawn(process.execPath, args, {
      name: `${name}-${number}`,
      env: { ...env, ...own, ...differing, ADMIN_PORT: `${adminPort}` },
      output: { file: join(rig.paths.logs, `${name}-replica-${number}.log`) },
    });
    await untilReady(adminUrl, readyWithinMs, AbortSignal.timeout(readyWithinMs));
    return started;
  };
  let current: LeashedProcess = await launch();
  const stop = async () => {
    // Asked alone: it ends in its own time.
    current.signal('SIGTERM');
    await current.exited;
  };
  return {
    port: () => port,
    adminUrl: () => (current.hasExited() ? null : adminUrl),
    stop,
    restart: async () => {
      await stop();
      current = await launch();
    },
  };
}

/** How a running process was started, as the kernel has it. */
async function programOf(pid: number) {
  const parts = async (file: string) =>
    (await readFile(`/proc/${pid}/${file}`, 'utf8')).split('\0').filter((part) => part !== '');
  const pairs = (await parts('environ')).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return { args: (await parts('cmdline')).slice(1), env: Object.fromEntries(pairs) };
}
