import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { podsOf } from './pods.ts';
import { renderChart, valueSets } from './render-chart.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), 'utf8');
const accessFile = read('infra/kafka/access.json');
const access = z.record(z.string(), z.unknown()).parse(JSON.parse(accessFile));
const component = (labels: Readonly<Record<string, string>>) => labels['app.kubernetes.io/component'] ?? '';

/** The role of each service, by the page about accounts. */
function rolesOfThePage(): Readonly<Record<string, string>> {
  const rows = read('docs/accounts.md').matchAll(/^\| ([a-z, -]+?) +\| `(ssp_\w+)` /gm);
  return Object.fromEntries(
    Array.from(rows).flatMap(([, services = '', role = '']) =>
      services.split(', ').map((service) => [service, role]),
    ),
  );
}

test.for(Object.entries(valueSets))(
  'each service takes on the role in Postgres that the page of accounts gives it, with %s',
  async ([, values]) => {
    const pods = podsOf(await renderChart(values)).filter(
      ({ lasting, container }) => lasting && container.env.some(({ name }) => name === 'POSTGRES_URL'),
    );
    expect(pods.length).toBeGreaterThanOrEqual(8);
    const roles = pods.map(({ labels, container }) => [
      component(labels),
      container.env.find(({ name }) => name === 'POSTGRES_ROLE')?.value,
    ]);
    const page = rolesOfThePage();
    expect(Object.fromEntries(roles)).toEqual(
      Object.fromEntries(pods.map(({ labels }) => [component(labels), page[component(labels)]])),
    );
  },
);

test('jobs but migrations act as roles: who looks changes nothing, who loads does what the APIs may', async () => {
  const jobs = podsOf(await renderChart(valueSets.national)).filter(
    ({ name, lasting }) => !lasting && !/migrate|topics/.test(name),
  );
  const roles = jobs.map(({ name, container }) => [
    name.replace('ssp-', ''),
    container.env.find((it) => it.name === 'POSTGRES_ROLE')?.value,
  ]);
  expect(Object.fromEntries(roles)).toEqual({
    'load-rules': 'ssp_authz_write',
    'load-limits': 'ssp_throttle_write',
    'load-tariffs': 'ssp_billing_books',
    'verify-audit': 'ssp_auditor',
    'count-audit': 'ssp_auditor',
    'archive-audit': 'ssp_auditor',
    'list-retirable': 'ssp_audit_retire',
    'verify-statements': 'ssp_billing_read',
  });
  const owners = podsOf(await renderChart(valueSets.national)).filter(({ container }) =>
    container.env.some(({ value }) => value.startsWith('postgres://ssp_owner@')),
  );
  expect(owners.map(({ name }) => name).filter((name) => !name.startsWith('ssp-migrate-'))).toEqual([]);
});

test('Kafka knows each service by a certificate of its own, and grants by the file that is tried with it', async () => {
  const manifests = await renderChart(valueSets.national);
  const shown = podsOf(manifests).flatMap(({ labels, spec }) =>
    spec.volumes
      .filter(({ name }) => name === 'kafka')
      .map(
        (volume) =>
          [
            component(labels),
            z.object({ secret: z.object({ secretName: z.string() }) }).parse(volume).secret.secretName,
          ] as const,
      ),
  );
  for (const [who, secret] of shown) expect(secret).toBe(`ssp-kafka-${who === 'job' ? 'jobs' : who}`);
  const Named = z.looseObject({ spec: z.looseObject({ commonName: z.string(), secretName: z.string() }) });
  const certificates = manifests
    .filter(({ kind }) => kind === 'Certificate')
    .flatMap((it) => Named.safeParse(it).data?.spec ?? []);
  expect(certificates.map(({ commonName }) => commonName).toSorted()).toEqual(Object.keys(access).toSorted());
  for (const { commonName, secretName } of certificates) expect(secretName).toBe(`ssp-kafka-${commonName}`);
  const map = manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'ssp-kafka-access',
  );
  expect(map).toMatchObject({ data: { 'access.json': accessFile } });
});

test('Redis is asked for by the account that its file knows', async () => {
  const urls = podsOf(await renderChart(valueSets.national)).flatMap(({ container }) =>
    container.env.filter(({ name }) => name === 'REDIS_URL').flatMap(({ value }) => value.split(',')),
  );
  const accounts = Array.from(
    read('infra/redis/users.acl.in').matchAll(/^user (\w+) .* on /gm),
    ([, name]) => name,
  );
  expect(urls.length).toBeGreaterThan(0);
  expect(new Set(urls.map((url) => new URL(url).username))).toEqual(new Set(accounts));
});
