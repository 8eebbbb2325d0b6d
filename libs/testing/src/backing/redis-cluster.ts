import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Leash } from '../leash/leash.ts';
import { findFreePort } from './local-port.ts';
import { ensureRedis, type RedisServer, startRedisServer } from './redis-server.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** A Redis Cluster of three primaries and a replica of each. */
export interface RedisCluster {
  /** The first addresses to ask, separated by commas. */
  readonly url: string;
  /** The node that held a key when the cluster was started. */
  readonly firstPrimaryOf: (key: string) => Promise<RedisServer>;
}

type Node = RedisServer & { readonly busPort: number; readonly client: Redis; readonly id: string };

const slots = 16_384;
const primaries = 3;
const readyMs = 30_000;
/** A primary that is silent for so long is taken for lost, and its replica promoted. */
const nodeTimeoutMs = 1_000;

/** Starts six redis-server programs and joins them into a cluster. They are stopped with `resources`. */
export async function startRedisCluster(
  dir: string,
  leash: Leash,
  resources: AsyncDisposableStack,
): Promise<RedisCluster> {
  await mkdir(dir, { recursive: true });
  // Once, and not by all six.
  await ensureRedis(dir);
  const nodes = await Promise.all(
    Array.from({ length: primaries * 2 }, async (_, nth) =>
      startNode(join(dir, `node-${nth}`), leash, resources),
    ),
  );
  const [heads, replicas] = [nodes.slice(0, primaries), nodes.slice(primaries)];
  const [first] = heads;
  if (!first) throw new Error('a cluster has a first node');
  await Promise.all(
    heads.map(async ({ client }, nth) =>
      client.cluster('ADDSLOTSRANGE', firstSlot(nth), firstSlot(nth + 1) - 1),
    ),
  );
  for (const { port, busPort } of nodes.slice(1)) {
    await first.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
  await waitUntilReady(() => allKnown(nodes), { timeoutMs: readyMs });
  await Promise.all(
    replicas.map(async ({ client }, nth) => client.cluster('REPLICATE', heads[nth]?.id ?? '')),
  );
  await waitUntilReady(() => allReady(nodes, replicas), { timeoutMs: readyMs });
  return {
    url: heads.map(({ url }) => url).join(','),
    firstPrimaryOf: async (key) => {
      const slot = await first.client.cluster('KEYSLOT', key);
      const holder = heads.findLast((_, nth) => firstSlot(nth) <= slot);
      return holder ?? first;
    },
  };
}

function firstSlot(nth: number): number {
  return Math.floor((nth * slots) / primaries);
}

async function startNode(dir: string, leash: Leash, resources: AsyncDisposableStack): Promise<Node> {
  // Ports beyond 55,535 have none that lies the usual 10,000 further on.
  const busPort = await findFreePort();
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-node-timeout': String(nodeTimeoutMs),
    'repl-diskless-sync-delay': '0',
  };
  const server = await startRedisServer({ dir, logFile: `${dir}.log`, settings, leash }, resources);
  const client = resources.adopt(new Redis(server.url), (it) => it.disconnect());
  client.on('error', () => undefined);
  return { ...server, busPort, client, id: await client.cluster('MYID') };
}

async function allKnown(nodes: readonly Node[]): Promise<void> {
  for (const { client } of nodes) {
    const info = await client.cluster('INFO');
    if (!info.includes(`cluster_known_nodes:${nodes.length}`)) throw new Error('not all nodes have met');
  }
}

async function allReady(nodes: readonly Node[], replicas: readonly Node[]): Promise<void> {
  for (const { client } of nodes) {
    if (!(await client.cluster('INFO')).includes('cluster_state:ok'))
      throw new Error('not all slots are served');
  }
  for (const { client } of replicas) {
    if (!(await client.info('replication')).includes('master_link_status:up')) {
      throw new Error('a replica has no data yet');
    }
  }
}
