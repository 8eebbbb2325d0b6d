import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { podsOf } from './pods.ts';
import { type Manifest, renderChart, valueSets, wellEquipped } from './render-chart.ts';

const infra = fileURLToPath(new URL('../../../../infra/', import.meta.url));
const runbooks = ['--set=prometheusRule.runbooksUrl=https://code.example/'];

const Group = z.looseObject({
  name: z.string(),
  rules: z.array(z.looseObject({ alert: z.string().optional(), expr: z.string() })),
});
const Groups = z.object({ groups: z.array(Group) });
const Rules = z.looseObject({ spec: Groups });
const Monitor = z.looseObject({
  spec: z.object({
    jobLabel: z.string(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    endpoints: z.tuple([
      z.looseObject({ port: z.string(), tlsConfig: z.looseObject({ serverName: z.string() }) }),
    ]),
  }),
});
const Certificate = z.looseObject({
  spec: z.looseObject({ secretName: z.string(), dnsNames: z.array(z.string()) }),
});

function only(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((it) => it.kind === kind);
}

function groupsOf(manifests: readonly Manifest[]) {
  return only(manifests, 'PrometheusRule').flatMap((it) => Rules.parse(it).spec.groups);
}

/** The rules as Prometheus itself is given them. */
function groupsOfPrometheus() {
  const files = globSync('prometheus/rules/*.yml', { cwd: infra }).toSorted();
  return files.flatMap((file) => Groups.parse(parse(readFileSync(join(infra, file), 'utf8'))).groups);
}

test('the operator is given the rules that Prometheus is given, word for word, but for where the runbooks are', async () => {
  const given = groupsOf(await renderChart([...valueSets.national, ...runbooks]));
  const text = JSON.stringify(given);
  expect(text).toContain('"runbook":"https://code.example/docs/runbooks/SspServiceAway.md"');
  expect(JSON.parse(text.replaceAll('https://code.example/', ''))).toEqual(groupsOfPrometheus());
});

/** The services that are missed when nothing is known of them, with this set. */
async function missed(set: string) {
  const groups = groupsOf(await renderChart([...wellEquipped, set]));
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === 'SspServiceUnknown');
  return Array.from(rule?.expr.matchAll(/absent\(up\{job="([\w-]+)"\}\)( or)?/g) ?? [], ([, job]) => job);
}

test('nobody is told that a service is away that the release does not have', async () => {
  const all = [
    'edge',
    'authz',
    'throttle',
    'audit-writer',
    'billing-aggregator',
    'query-api',
    'sync-sds',
    'authz-admin-api',
    'throttle-admin-api',
  ];
  expect(await missed('--set=logLevel=info')).toEqual(all);
  expect(await missed('--set=services.edge.enabled=false')).toEqual(all.slice(1));
  expect(await missed('--set=services.throttle-admin-api.enabled=false')).toEqual(all.slice(0, -1));
});

test('every service is scraped as itself, over TLS, by the name in its certificate', async () => {
  const manifests = await renderChart(valueSets.national);
  const certificates = only(manifests, 'Certificate').flatMap((it) => Certificate.safeParse(it).data ?? []);
  const lasting = podsOf(manifests).filter((it) => it.lasting);
  const monitors = only(manifests, 'ServiceMonitor').map((it) => Monitor.parse(it).spec);
  expect(monitors).toHaveLength(lasting.length);
  for (const { jobLabel, selector, endpoints } of monitors) {
    const { [jobLabel]: job = '' } = selector.matchLabels;
    const pod = lasting.find((it) => it.labels[jobLabel] === job);
    const secret = pod?.spec.volumes.find(({ name }) => name === 'internal');
    const [{ tlsConfig }] = endpoints;
    const own = certificates.find((it) => it.spec.dnsNames.includes(tlsConfig.serverName));
    expect(secret).toMatchObject({ secret: { secretName: own?.spec.secretName } });
    const service = only(manifests, 'Service').find((it) => it.metadata.name === `ssp-${job}-admin`);
    expect(service).toMatchObject({ metadata: { labels: selector.matchLabels } });
  }
});

test('figures are told to who scrapes, to the console, and to whom the values add', async () => {
  const manifests = await renderChart([...valueSets.national, '--set=internalTls.figuresTo={watcher}']);
  const told = podsOf(manifests)
    .filter((it) => it.lasting)
    .map(({ container }) => container.env.find(({ name }) => name === 'ADMIN_TLS_CALLER_NAMES')?.value);
  expect(told.length).toBeGreaterThan(8);
  expect(new Set(told)).toEqual(new Set(['ssp-prometheus,ssp-console,watcher']));
  const names = only(manifests, 'Certificate').flatMap(
    (it) => Certificate.safeParse(it).data?.spec.dnsNames[0] ?? [],
  );
  expect(names).toEqual(expect.arrayContaining(['ssp-prometheus', 'ssp-console']));
});

/** Which kinds of those that others define are made. */
const kinds = async (values: readonly string[]) =>
  new Set(
    (await renderChart(values))
      .map(({ kind }) => kind)
      .filter((kind) => /ServiceMonitor|PrometheusRule|Scaled/.test(kind)),
  );

test('what only some clusters have is left out where it is not, and left to choice where it is', async () => {
  expect(await kinds([])).toEqual(new Set());
  expect(await kinds(wellEquipped)).toEqual(new Set(['ServiceMonitor', 'PrometheusRule', 'ScaledObject']));
  const none = ['--set=serviceMonitor.enabled=false,prometheusRule.enabled=false,autoscaling.lag=none'];
  expect(await kinds([...wellEquipped, ...none])).toEqual(new Set());
});

test('the dashboards are those of Grafana', async () => {
  const files = globSync('grafana/dashboards/*.json', { cwd: infra });
  const wanted = Object.fromEntries(
    files.map((file) => [`ssp-${basename(file)}`, JSON.parse(readFileSync(join(infra, file), 'utf8'))]),
  );
  const maps = only(await renderChart(valueSets.national), 'ConfigMap').filter(
    ({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1',
  );
  const given = maps.flatMap((it) =>
    Object.entries(z.looseObject({ data: z.record(z.string(), z.string()) }).parse(it).data),
  );
  expect(given).toHaveLength(3);
  expect(Object.fromEntries(given.map(([name, text]) => [name, JSON.parse(text)]))).toEqual(wanted);
});
