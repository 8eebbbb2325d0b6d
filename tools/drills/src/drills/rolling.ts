import { startBalancer } from '../balancer.ts';
import { type Drill } from '../drill.ts';
import { until } from '../until.ts';
import { type Replica, replicatedPlatform } from '../replicas.ts';
import { services } from '../rig.ts';

const unseen = { refusals: [], cutOff: false };
/** Those of which there are two. */
const replicated: ReadonlySet<string> = new Set(['edge', 'authz', 'throttle']);

/** Every service is restarted, one process at a time, as a new version is brought in. */
export function rollingRestart(): Drill {
  const rolled: Replica[] = [];
  return {
    name: 'rolling-restart',
    does: 'Two edges, two authz and two throttle behind balancers are asked to end (SIGTERM) and started again in turn, then each of the other services',
    expected: 'Not one request fails',
    allowed: unseen,
    prepare: async (rig, resources) => {
      const { authz, throttle, startEdge } = await replicatedPlatform(rig, resources);
      const edges = await Promise.all([startEdge(), startEdge()]);
      rolled.push(...authz, ...throttle, ...edges);
      return `https://${await startBalancer(() => edges, resources)}`;
    },
    run: async (rig, { serving }) => {
      for (const replica of rolled) {
        await replica.restart();
        await serving(40);
      }
      for (const name of services.filter((it) => !replicated.has(it)))
        await rig.endAndReturn(name, 'SIGTERM');
    },
  };
}

/** Edges come and go as the load would have it. */
export function edgeScaled(): Drill {
  const edges: Replica[] = [];
  let more: () => Promise<Replica>;
  return {
    name: 'edge-scaled',
    does: 'Two edges are started beside one, share its requests, and are asked to end (SIGTERM) again',
    expected: 'Not one request fails',
    allowed: unseen,
    prepare: async (rig, resources) => {
      const { startEdge } = await replicatedPlatform(rig, resources);
      more = startEdge;
      edges.push(await more());
      return `https://${await startBalancer(() => edges, resources)}`;
    },
    run: async (_rig, { serving }) => {
      for (let count = 1; count < 3; count += 1) {
        const added = await more();
        edges.push(added);
        await until('the added edge has its share', async () => (await exchangesOf(added)) >= 20);
      }
      for (const edge of edges.slice(1)) {
        await edge.stop();
        await serving(80);
      }
    },
  };
}

/** How many exchanges it has ended. */
async function exchangesOf({ adminUrl }: Replica): Promise<number> {
  const response = await fetch(`${adminUrl()}/metrics`);
  const lines = (await response.text())
    .split('\n')
    .filter((it) => it.startsWith('ssp_edge_exchanges_total{'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
