import { expect, test } from 'vitest';
import { networkOf } from './network.ts';
import { podsOf } from './pods.ts';
import { renderChart, valueSets } from './render-chart.ts';

const outside = { address: '10.7.7.7' };
const stranger = { namespace: 'other', labels: { app: 'any' } };
const neighbour = { namespace: 'spine', labels: { app: 'any' } };
const component = (labels: Readonly<Record<string, string>>) => labels['app.kubernetes.io/component'] ?? '';

async function release(values: readonly string[]) {
  const manifests = await renderChart(values);
  const pods = podsOf(manifests);
  const ports = new Set(pods.flatMap(({ container }) => container.ports.map((it) => it.containerPort)));
  return { network: networkOf(manifests), pods, ports: [...ports, 22, 80, 443, 5_432, 10_250] };
}

test.for(['default', 'small', 'national'] as const)(
  'only the edge is reached from outside, by its own two ports, with %s',
  async (set) => {
    const { network, pods, ports } = await release(valueSets[set]);
    const reached = pods.flatMap(({ name, labels }) =>
      ports.filter((port) => network.isReached(labels, outside, port)).map((port) => `${name} ${port}`),
    );
    expect(reached.toSorted()).toEqual(['ssp-edge 8080', 'ssp-edge 8443']);
    const byOthers = pods.flatMap(({ name, labels }) =>
      [stranger, neighbour].flatMap((from) =>
        ports.filter((port) => network.isReached(labels, from, port)).map((port) => `${name} ${port}`),
      ),
    );
    expect(byOthers).toEqual([]);
  },
);

test.for(['default', 'small', 'national'] as const)(
  'only the edge reaches providers, with %s',
  async (set) => {
    const { network, pods } = await release(valueSets[set]);
    const reaching = pods.filter(({ labels }) => network.mayReach(labels, outside, 443));
    expect(reaching.map(({ name }) => name)).toEqual(['ssp-edge']);
    for (const { labels } of pods) {
      expect(network.mayReach(labels, { address: '169.254.169.254' }, 443)).toBe(false);
      expect(network.mayReach(labels, outside, 22)).toBe(false);
    }
  },
);

test('time servers are reached by every service at their own ports, and nothing else by UDP', async () => {
  const servers = '--set=clock.servers={ntp-0:1123,ntp-1,[2001:db8::1]:2123,2001:db8::2}';
  const { network, pods } = await release([...valueSets.national, servers]);
  const reached = pods
    .filter(({ lasting }) => lasting)
    .map(({ labels }) =>
      [53, 123, 1_123, 2_123, 8_443].filter((port) =>
        network.mayReach(labels, { address: '10.20.6.1' }, port, 'UDP'),
      ),
    );
  expect(reached.length).toBeGreaterThan(9);
  expect(new Set(reached.map(String))).toEqual(new Set(['123,1123,2123']));
  expect(network.mayReach(pods[0]?.labels ?? {}, outside, 123, 'UDP')).toBe(false);
});

test('jobs tell the gateway how they ended, and nobody else speaks to it', async () => {
  const { network, pods } = await release(valueSets.national);
  const gateway = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus-pushgateway' } };
  const telling = pods.filter(({ labels }) => network.mayReach(labels, gateway, 9_091));
  expect(new Set(telling.map(({ labels }) => component(labels)))).toEqual(new Set(['job']));
});

test('the national networks of Postgres, Kafka and Redis are reached by who needs them alone', async () => {
  const { network, pods } = await release(valueSets.national);
  const who = (address: string, port: number) => [
    ...new Set(
      pods
        .filter(({ labels }) => network.mayReach(labels, { address }, port))
        .map(({ labels }) => component(labels)),
    ),
  ];
  expect(who('10.20.3.5', 6_379)).toEqual(['throttle']);
  expect(who('10.20.4.10', 636)).toEqual(['sync-sds']);
  expect(who('10.20.1.5', 5_432)).not.toContain('edge');
  expect(who('10.20.1.5', 5_432)).not.toContain('console');
  expect(who('10.20.2.5', 9_093)).not.toContain('authz');
  expect(who('10.9.9.9', 5_432)).toEqual([]);
});

test.for(['default', 'national'] as const)(
  'whoever is told of an address may reach it, and is let in there, with %s',
  async (set) => {
    const { network, pods } = await release(valueSets[set]);
    const faults = pods.flatMap(({ name, labels, container }) =>
      container.env.flatMap(({ value }) =>
        Array.from(value.matchAll(/ssp-([a-z-]+?)(?:-admin)?\.spine\.svc\.cluster\.local:(\d+)/g)).flatMap(
          ([address, service = '', port]) => {
            const asked = pods.find((it) => it.lasting && component(it.labels) === asService(service, pods));
            const from = { namespace: 'spine', labels };
            if (asked === undefined) return [`${name}: ${address} is of nobody`];
            const to = { namespace: 'spine', labels: asked.labels };
            return network.mayReach(labels, to, Number(port)) &&
              network.isReached(asked.labels, from, Number(port))
              ? []
              : [`${name} does not reach ${address}`];
          },
        ),
      ),
    );
    expect(faults).toEqual([]);
  },
);

/** Some services' own names end as those of admin ports do. */
const asService = (name: string, pods: Awaited<ReturnType<typeof release>>['pods']) =>
  pods.some(({ labels }) => component(labels) === name) ? name : `${name}-admin`;

test('inner services let in the certificates of those who ask them, and no other', async () => {
  const { pods } = await release(valueSets.national);
  const callers = Object.fromEntries(
    pods.flatMap(({ labels, container }) =>
      container.env
        .filter((it) => it.name === 'LISTEN_TLS_CALLER_NAMES')
        .map(({ value }) => [component(labels), value]),
    ),
  );
  expect(callers).toEqual({
    authz: 'ssp-edge',
    throttle: 'ssp-edge,ssp-throttle-admin-api',
    'audit-writer': 'ssp-authz-admin-api,ssp-console,ssp-query-api,ssp-throttle-admin-api',
    'authz-admin-api': 'ssp-console',
    'throttle-admin-api': 'ssp-console',
    'query-api': 'ssp-console',
    console: 'ingress',
  });
});
