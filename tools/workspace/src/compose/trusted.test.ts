import { expect, test } from 'vitest';
import { readComposeFile, readStages } from './compose-file.ts';

const { services, networks, volumes } = readComposeFile();
const names = new Set(services.map(({ name }) => name));
const settings = services.flatMap(({ name: service, environment }) =>
  Object.entries(environment).map(([name, value]) => ({ service, name, value })),
);

test('no secret is in an environment: what is one is named as a file', () => {
  const secret = settings.filter(({ name }) => /PASSWORD|SECRET|TOKEN|KEY/.test(name));
  expect(secret.length).toBeGreaterThan(50);
  expect(secret.filter(({ value }) => !/^\/(?:run\/(?:secrets|jobs)|tmp)\/[\w.-]+$/.test(value))).toEqual([]);
  expect(settings.filter(({ value }) => /:\/\/[^/]*:[^/]*@/.test(value))).toEqual([]);
});

test('secrets come from a folder of its own that no other service mounts, and nobody writes but the set-up', () => {
  const mounts = services.flatMap(({ name, isJob, volumes: mounted }) =>
    mounted
      .map((mount) => mount.split(':'))
      .filter(([from = '']) => from.startsWith('secrets-'))
      .map(([from, at, how]) => ({ name, isJob, from, at, how })),
  );
  const others = mounts.filter(({ name }) => name !== 'setup');
  expect(others.filter(({ how }) => how !== 'ro')).toEqual([]);
  const ofServices = others.filter(({ isJob }) => !isJob);
  expect(ofServices.length).toBeGreaterThan(15);
  expect(
    ofServices.filter(({ name, from, at }) => from !== `secrets-${name}` || at !== '/run/secrets'),
  ).toEqual([]);
  // The keys of both CAs.
  expect(
    services.filter((it) => it.volumes.some((mount) => mount.startsWith('setup:'))).map(({ name }) => name),
  ).toEqual(['setup']);
});

test('the set-up, its image and the volumes know the same recipients of secrets', () => {
  const declared = volumes
    .filter((name) => name.startsWith('secrets-'))
    .map((name) => name.slice('secrets-'.length));
  const handed = services
    .find(({ name }) => name === 'setup')
    ?.volumes.flatMap((mount) => /:\/recipients\/(.+)$/.exec(mount)?.[1] ?? []);
  const [, made = ''] =
    /for it in ([\w\s\\-]+);/.exec(readStages('infra/docker/Dockerfile').get('tools') ?? '') ?? [];
  expect(handed?.toSorted()).toEqual(declared.toSorted());
  expect(made.split(/[\s\\]+/).toSorted()).toEqual(declared.toSorted());
});

test('whoever serves others asks each for a certificate, and serves those alone that it names', () => {
  const listening = services.filter(({ environment }) => 'LISTEN_PORT' in environment);
  expect(listening.length).toBeGreaterThan(7);
  const open = listening.filter(({ environment }) => {
    const isShown = ['CA_FILE', 'CERT_FILE', 'KEY_FILE'].every((file) => `LISTEN_TLS_${file}` in environment);
    const callers = environment['LISTEN_TLS_CALLER_NAMES']?.split(',') ?? [];
    return !isShown || callers.length === 0 || !callers.every((caller) => names.has(caller));
  });
  expect(open.map(({ name }) => name)).toEqual([]);
});

test('whoever tells its health does so over TLS, and its figures to those alone that it names', () => {
  const telling = services.filter(({ environment }) => 'ADMIN_PORT' in environment);
  expect(telling.length).toBeGreaterThan(9);
  const open = telling.filter(({ environment }) => {
    const isShown = ['CA_FILE', 'CERT_FILE', 'KEY_FILE'].every((file) => `ADMIN_TLS_${file}` in environment);
    return !isShown || environment['ADMIN_TLS_CALLER_NAMES'] !== 'console';
  });
  expect(open.map(({ name }) => name)).toEqual([]);
});

/** By which of a service's files it proves who it is, where it asks at an address; the first of these that it has. */
const filesFor: Readonly<Record<string, readonly string[]>> = {
  EDGE_AUTHZ_URL: ['EDGE_INTERNAL'],
  EDGE_THROTTLE_URL: ['EDGE_INTERNAL'],
  KAFKA_BROKERS: ['KAFKA_TLS'],
  SDS_URL: ['SDS'],
  REDIS_URL: ['REDIS'],
  THROTTLE_URL: ['THROTTLE'],
  AUDIT_API_URL: ['AUDIT_API', 'PLATFORM'],
  BILLING_API_URL: ['BILLING_API'],
  AUTHZ_API_URL: ['PLATFORM'],
  THROTTLE_API_URL: ['PLATFORM'],
};

test('whoever asks another asks over TLS, and shows a certificate', () => {
  expect(settings.filter(({ value }) => /\b(?:http|redis|ldap):\/\//.test(value))).toEqual([]);
  const asked = new RegExp(`^(?:https|rediss|ldaps)://(?:\\w+@)?(?:${[...names].join('|')}):|^kafka:`);
  // A job shows the directory what lies in its folder.
  const asking = settings.filter(({ name, value }) => asked.test(value) && name !== 'SAMPLE_DIRECTORY_URL');
  expect(asking.length).toBeGreaterThan(15);
  const unproven = asking.filter(({ service, name }) => {
    const own = new Set(Object.keys(services.find((it) => it.name === service)?.environment ?? {}));
    return !(filesFor[name] ?? []).some((files) =>
      ['CA', 'CERT', 'KEY'].every((file) => own.has(`${files}_${file}_FILE`)),
    );
  });
  expect(unproven).toEqual([]);
});

test('whoever asks Postgres knows it by its certificate, shows its own, and signs in as itself', () => {
  const asking = services.filter(({ environment }) => 'POSTGRES_URL' in environment);
  expect(asking.length).toBeGreaterThan(12);
  const proven = /sslmode=verify-full&sslrootcert=.*&sslcert=.*&sslkey=/;
  const loose = asking.filter(
    ({ name, isJob, environment }) =>
      !proven.test(environment['POSTGRES_URL'] ?? '') || (!isJob && environment['PGUSER'] !== name),
  );
  expect(loose.map(({ name }) => name)).toEqual([]);
});

const isOutward = (network: string) => networks[network]?.internal !== true;

test('only the doors are published, on loopback, and only the edge and the clock have a way out', () => {
  const published = services.flatMap(({ name, ports }) => ports.map((port) => ({ name, port })));
  expect(published.filter(({ port }) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  expect(new Set(published.map(({ name }) => name))).toEqual(new Set(['edge', 'door']));
  const ways = services.flatMap(({ name, networks: joined }) =>
    joined.filter(isOutward).map((network) => `${name} ${network}`),
  );
  expect(ways.toSorted()).toEqual([
    'clock time',
    'door front',
    'edge providers',
    'sample-provider providers',
  ]);
  const unplaced = services.filter((it) => it.networks.length === 0 && it.network_mode !== 'none');
  expect(unplaced.map(({ name }) => name)).toEqual([]);
});
