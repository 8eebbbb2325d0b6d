import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { kubernetesValidator } from './kubernetes-schemas.ts';
import { podsOf } from './pods.ts';
import { helm, renderChart, valueSets } from './render-chart.ts';

const sets = Object.entries(valueSets);

// Helm's lint cannot be told what a cluster has.
const lintable = sets.filter(([, values]) => !values.some((it) => it === '--api-versions'));

test.for(lintable)('helm finds no fault in the chart with the values %s', async ([, values]) => {
  await expect(helm('lint', ['--strict', ...values])).resolves.toContain('0 chart(s) failed');
});

test.for(sets)('Kubernetes takes all that the chart makes of the values %s', async ([, values]) => {
  const manifests = await renderChart(values);
  expect(manifests.length).toBeGreaterThan(50);
  expect(manifests.flatMap(kubernetesValidator())).toEqual([]);
  const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('what Kubernetes would not take is found', async () => {
  const validate = kubernetesValidator();
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
  expect(validate({ ...service, spec: { ports: [{ port: 80 }] } })).toEqual([]);
  expect(validate({ ...service, spec: { prots: [] } })).toHaveLength(1);
  expect(validate({ ...service, spec: { ports: [{ port: 'http' }] } })).not.toEqual([]);
  expect(validate({ ...service, spec: { ports: [{ name: 'http' }] } })).not.toEqual([]);
  expect(validate({ ...service, apiVersion: 'v2' })).toHaveLength(1);
  const scaled = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'a' } };
  const trigger = { type: 'kafka', metadata: { topic: 'a' } };
  expect(validate({ ...scaled, spec: { scaleTargetRef: { name: 'a' }, triggers: [trigger] } })).toEqual([]);
  expect(validate({ ...scaled, spec: { scaleTargetRef: { name: 'a' }, trigger: [] } })).toHaveLength(2);
});

const refused = [
  { fault: 'a value that there is not', set: 'edge.netwrk=private', said: 'netwrk' },
  { fault: 'a network that there is not', set: 'edge.network=public', said: '/edge/network' },
  { fault: 'no copy of a service', set: 'services.edge.replicas=0', said: '/services/edge/replicas' },
  { fault: 'a password in a URL', set: 'postgres.url=postgres://a:b@c/d', said: '/postgres/url' },
  { fault: 'a directory without TLS', set: 'directory.url=ldap://directory', said: '/directory/url' },
  { fault: 'a copy that may use any memory', set: 'jobResources.limits.memory=null', said: '/jobResources' },
  { fault: 'an edge without CRLs', set: 'edge.crlConfigMap=', said: 'without CRLs' },
  {
    fault: 'a console that nobody can find',
    set: 'openId.issuer=https://identity.example.nhs.uk',
    said: 'console.url is needed',
  },
  {
    fault: 'an identity provider at any address',
    set: 'openId.issuer=https://identity.example.nhs.uk,console.url=https://console.example.nhs.uk',
    said: 'openId.peers is needed',
  },
  {
    fault: 'one certificate for Kafka and one for each',
    set: 'kafka.tlsSecretName=kafka,kafka.tlsSecretPrefix=kafka',
    said: 'two ways of the same',
  },
  {
    fault: 'grants for services that the brokers cannot tell apart',
    set: 'topics.grantAccess=true',
    said: 'kafka.tlsSecretPrefix is needed',
  },
  { fault: 'a password for Redis in a value', set: 'redis.urls={redis://a:b@c}', said: '/redis/urls' },
  {
    fault: 'an archive without a place',
    set: 'schedules.archiveAudit=0 3 5 * *',
    said: 'audit.archiveClaim is needed',
  },
];

test.for(refused)('$fault is refused', async ({ set, said }) => {
  const refusal = await helm('template', ['--set', set]).catch((error: unknown) =>
    z.object({ stderr: z.string() }).parse(error),
  );
  expect(refusal).toMatchObject({ stderr: expect.stringContaining(said) });
});

/** What each program reads, by its path, from the page that the programs themselves write. */
function variablesByProgram() {
  const page = readFileSync(
    fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url)),
    'utf8',
  );
  return new Map(
    page.split(/^## /m).flatMap((section) => {
      const [, program] = /^`node ([^`]+)`$/m.exec(section) ?? [];
      const rows = Array.from(section.matchAll(/^\| `([A-Z0-9_]+)` \|.*\| (.*) \|$/gm));
      const variables = rows.map(([, name = '', value]) => ({ name, required: value === '**required**' }));
      return program === undefined ? [] : [[program, variables] as const];
    }),
  );
}

test.for(sets)(
  'each process is given what it needs and nothing that it does not read, with %s',
  async ([, values]) => {
    const known = variablesByProgram();
    const faults = podsOf(await renderChart(values)).flatMap(({ name, program, container }) => {
      const variables = known.get(program) ?? [];
      if (variables.length === 0) return [`${name}: ${program} is on no page`];
      const given = new Set(container.env.map((it) => it.name));
      const missing = variables.filter((it) => it.required && !given.has(it.name)).map((it) => it.name);
      const unread = [...given].filter((it) => !variables.some((variable) => variable.name === it));
      return [...missing, ...unread].map((it) => `${name}: ${it}`);
    });
    expect(faults).toEqual([]);
  },
);
