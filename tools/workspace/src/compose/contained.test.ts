import { expect, test } from 'vitest';
import { type ComposeService, readComposeFile, readStages } from './compose-file.ts';

const { services, volumes } = readComposeFile();
const builders = services.filter(({ build }) => build !== undefined);
const stages = readStages('infra/docker/Dockerfile');

test('there is a job for all that is done once, and the services and what they stand on do not end', () => {
  const once = services.filter(({ isJob, profiles }) => isJob && profiles.length === 0);
  expect(once.map(({ name }) => name).toSorted()).toEqual([
    'accounts',
    'load-directory',
    'load-limits',
    'load-rules',
    'load-tariffs',
    'migrate-audit',
    'migrate-authz',
    'migrate-billing',
    'migrate-throttle',
    'sample',
    'setup',
    'topics',
  ]);
  expect(services.filter(({ isJob }) => !isJob).map(({ restart }) => restart)).not.toContainEqual(
    expect.not.stringMatching(/^unless-stopped$/),
  );
});

test.for(services)('$name is not root, and gains no rights', (service) => {
  expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    cap_add: [],
    security_opt: ['no-new-privileges:true'],
    devices: [],
  });
  expect([service.privileged, service.pid, service.ipc]).toEqual([undefined, undefined, undefined]);
});

test.for(services)('$name has limits of CPU, memory, processes and log', ({ deploy, logging }) => {
  const limits = deploy?.resources.limits;
  expect(Number(limits?.cpus)).toBeGreaterThan(0);
  expect(limits?.memory).toMatch(/^[1-9]\d*[MG]$/);
  expect(limits?.pids).toBeGreaterThan(0);
  expect(logging?.options).toEqual({ 'max-size': '10m', 'max-file': '3' });
});

test.for(services)('whether $name is well is asked, unless it is a job', (service) => {
  const { isJob, healthcheck } = service;
  const isAsked = healthcheck?.disable !== true && (healthcheck?.test ?? checkOfImage(service)) !== undefined;
  expect(isAsked).toBe(!isJob);
});

/** That of the image that the Dockerfile's stage makes; the last one holds. */
function checkOfImage({ image }: ComposeService): string | undefined {
  const target = builders.find((it) => it.image === image)?.build?.target;
  const checks = stages.get(target ?? '')?.match(/^HEALTHCHECK .*$/gm) ?? [];
  return checks.at(-1)?.includes(' CMD ') ? checks.at(-1) : undefined;
}

test.for(services)('the image of $name is of a version', ({ image }) => {
  expect(image).toMatch(/^[a-z/-]+:\d+(?:\.\d+)*$/);
});

test.for(services)('$name waits until what it needs is done or well', ({ depends_on: needs }) => {
  const jobs = new Set(services.filter(({ isJob }) => isJob).map(({ name }) => name));
  const loose = Object.entries(needs).filter(
    ([name, { condition }]) =>
      condition !== (jobs.has(name) ? 'service_completed_successfully' : 'service_healthy'),
  );
  expect(loose).toEqual([]);
});

test.for(services)(
  '$name keeps what lasts in named volumes, and sees of this machine only files to read',
  (it) => {
    const mounts = it.volumes.map((mount) => mount.split(':'));
    const odd = mounts.filter(([from = '', , how]) =>
      volumes.includes(from) ? false : !(from.startsWith('./infra/') && how === 'ro'),
    );
    expect(odd).toEqual([]);
  },
);

test('each image of ours is built by one service', () => {
  const ours = new Set(services.map(({ image }) => image).filter((image) => image.startsWith('ssp/')));
  expect(builders.map(({ image }) => image).toSorted()).toEqual([...ours].toSorted());
});

test('every volume is used', () => {
  const used = new Set(services.flatMap((it) => it.volumes.map((mount) => mount.split(':')[0])));
  expect(volumes.filter((name) => !used.has(name))).toEqual([]);
});
