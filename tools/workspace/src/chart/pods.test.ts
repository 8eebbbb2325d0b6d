import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { podsOf } from './pods.ts';
import { renderChart, valueSets } from './render-chart.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const sets = Object.entries(valueSets);

test.for(sets)('no pod has more rights than its process needs, with %s', async ([, values]) => {
  for (const { name, spec, container } of podsOf(await renderChart(values))) {
    expect({ name, ...spec.securityContext }).toMatchObject({
      name,
      runAsNonRoot: true,
      runAsUser: 65_532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect({ name, ...container.securityContext }).toEqual({
      name,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
    expect({ name, token: spec.automountServiceAccountToken }).toEqual({ name, token: false });
  }
});

test.for(sets)(
  'every pod that lasts is probed, spread and given its time to end, with %s',
  async ([, values]) => {
    const lasting = podsOf(await renderChart(values)).filter((it) => it.lasting);
    expect(lasting.length).toBeGreaterThanOrEqual(9);
    for (const { name, spec, container } of lasting) {
      const { startupProbe, livenessProbe, readinessProbe, ports, env } = container;
      expect({ name, ports: ports.map((it) => it.name) }).toMatchObject({
        ports: expect.arrayContaining(['admin']),
      });
      expect({ name, env: env.map((it) => it.name) }).toMatchObject({
        env: expect.arrayContaining(['ADMIN_TLS_CERT_FILE', 'ADMIN_TLS_KEY_FILE', 'ADMIN_TLS_CA_FILE']),
      });
      // What waits for its neighbours lives; it must not be killed for it.
      expect({ name, startupProbe, livenessProbe, readinessProbe }).toMatchObject({
        startupProbe: { httpGet: { path: '/healthz', port: 'admin', scheme: 'HTTPS' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'admin', scheme: 'HTTPS' } },
        readinessProbe: { httpGet: { path: '/readyz', port: 'admin', scheme: 'HTTPS' } },
      });
      expect(spec.topologySpreadConstraints.map((it) => it.topologyKey)).toEqual([
        'topology.kubernetes.io/zone',
        'kubernetes.io/hostname',
      ]);
      const graceSeconds = Number(env.find((it) => it.name === 'STOP_GRACE_SECONDS')?.value);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(graceSeconds);
    }
  },
);

test.for(sets)(
  'every file that a process is told of lies in a mount, and every program is there, with %s',
  async ([, values]) => {
    for (const { name, program, container, spec } of podsOf(await renderChart(values))) {
      expect(existsSync(join(root, program)), `${name}: ${program}`).toBe(true);
      const mounts = container.volumeMounts;
      const claimed = new Set(['state', ...spec.volumes.map((it) => it.name)]);
      expect(mounts.filter((it) => !claimed.has(it.name))).toEqual([]);
      const paths = container.env.flatMap(({ value }) =>
        Array.from(value.matchAll(/(?<=^|,|=)\/[\w./-]+/g), ([path]) => path),
      );
      const lost = paths.filter((path) => !mounts.some((it) => `${path}/`.startsWith(`${it.mountPath}/`)));
      expect({ name, lost }).toEqual({ name, lost: [] });
      // Nothing but a disk and the folder for what is temporary can be written to.
      expect(
        mounts.filter((it) => it.readOnly !== true && !/^\/(tmp|var\/lib\/ssp(\/\w+)?)$/.test(it.mountPath)),
      ).toEqual([]);
    }
  },
);

const EdgeSet = z.looseObject({
  updateStrategy: z.looseObject({ rollingUpdate: z.looseObject({ partition: z.int() }) }),
});

const edgeNumbers = [0, 1, 9999];

test.for([
  { held: 'false', replaced: edgeNumbers },
  { held: 'true', replaced: [] },
])('an upgrade replaces the edges $replaced where heldBack is $held', async ({ held, replaced }) => {
  const manifests = await renderChart([...valueSets.national, `--set=edge.heldBack=${held}`]);
  const edges = manifests.find(({ kind }) => kind === 'StatefulSet');
  const { partition } = EdgeSet.parse(edges?.['spec']).updateStrategy.rollingUpdate;
  // Kubernetes replaces those whose number is no less.
  expect(edgeNumbers.filter((number) => number >= partition)).toEqual(replaced);
});

test('nothing waits for two copies at once, and nothing keeps a machine from being emptied', async () => {
  const manifests = await renderChart(valueSets.national);
  const budgets = manifests.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const lasting = podsOf(manifests).filter((it) => it.lasting);
  expect(budgets.map(({ metadata }) => metadata.name).toSorted()).toEqual(
    lasting.map(({ name }) => name).toSorted(),
  );
  for (const budget of budgets) expect(budget).toMatchObject({ spec: { maxUnavailable: 1 } });
  for (const deployment of manifests.filter(({ kind }) => kind === 'Deployment')) {
    expect(deployment).toMatchObject({ spec: { strategy: { rollingUpdate: { maxUnavailable: 0 } } } });
  }
});

const Scaled = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string().default('Deployment'), name: z.string() }) }),
});

test.for([
  {
    values: 'national' as const,
    byCpu: ['authz', 'edge', 'query-api', 'throttle'],
    byLag: ['audit-writer', 'billing-aggregator'],
    lagKind: 'ScaledObject',
  },
  {
    values: 'external' as const,
    byCpu: ['authz', 'edge', 'query-api', 'throttle'],
    byLag: ['audit-writer', 'billing-aggregator'],
    lagKind: 'HorizontalPodAutoscaler',
  },
  {
    values: 'equipped' as const,
    byCpu: ['authz', 'edge', 'query-api', 'throttle'],
    byLag: ['audit-writer', 'billing-aggregator'],
    lagKind: 'ScaledObject',
  },
  {
    values: 'default' as const,
    byCpu: ['authz', 'edge', 'query-api', 'throttle'],
    byLag: [],
    lagKind: 'ScaledObject',
  },
  { values: 'small' as const, byCpu: [], byLag: [], lagKind: 'ScaledObject' },
])('with $values, what is asked is scaled by CPU, and what reads events by its lag', async (expected) => {
  const manifests = await renderChart(valueSets[expected.values]);
  const scaledBy = (kind: string, what: RegExp) =>
    manifests
      .filter((it) => it.kind === kind && what.test(JSON.stringify(it)))
      .map((it) => Scaled.parse(it))
      .map(({ spec: { scaleTargetRef } }) => {
        const target = manifests.find(
          (it) => it.kind === scaleTargetRef.kind && it.metadata.name === scaleTargetRef.name,
        );
        // Who sets the number of copies must be the only one to.
        expect(target).not.toHaveProperty('spec.replicas');
        return scaleTargetRef.name.replace('ssp-', '');
      });
  expect(scaledBy('HorizontalPodAutoscaler', /"type":"Resource"/).toSorted()).toEqual(expected.byCpu);
  expect(scaledBy(expected.lagKind, /"type":"External"|"type":"kafka"/).toSorted()).toEqual(expected.byLag);
});
