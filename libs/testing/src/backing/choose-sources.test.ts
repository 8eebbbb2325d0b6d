import { createServer } from 'node:net';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import type { BackingPart, BackingService } from './backing-part.ts';
import { readBackingEnvironment } from './backing-environment.ts';
import { chooseSources } from './choose-sources.ts';
import { startStubEngine } from './stub-engine.ts';

const resources = new AsyncDisposableStack();
let engineHost = '';

// testcontainers asks one engine as long as a process lives.
beforeAll(async () => {
  engineHost = await startStubEngine({ images: ['postgres:18'], registry: 'away' }, resources);
  vi.stubEnv('DOCKER_HOST', engineHost);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await resources.disposeAsync();
});

const unwanted = () => Promise.reject(new Error('nothing is started here'));

function partOf(name: string, image: BackingPart<BackingService>['image']): BackingPart<BackingService> {
  return {
    name,
    image,
    fromEnvironment: undefined,
    startContainer: unwanted,
    needs: () => Promise.resolve([]),
    startLocal: unwanted,
  };
}
const postgres = partOf('Postgres', { name: 'postgres:18' });
const redis = partOf('Redis', { name: 'redis:8' });

async function choose(parts: readonly BackingPart<BackingService>[], variables: NodeJS.ProcessEnv) {
  const lines: string[] = [];
  const environment = readBackingEnvironment(variables);
  const { sources } = await chooseSources(parts, { environment, report: (line) => lines.push(line) });
  return { sources: parts.map((part) => sources.get(part)), lines };
}

/** A socket that takes connections and never answers, as a daemon that is stuck. */
async function startMute(): Promise<string> {
  const server = createServer(() => undefined);
  resources.defer(() => void server.close());
  return `tcp://127.0.0.1:${await listenOnLoopback(server)}`;
}

test.for([
  {
    docker: 'there is none',
    host: () => 'unix:///nowhere/docker.sock',
    source: 'local',
    lines: [expect.stringMatching(/^The Docker engine at \S+ does not answer \(there is no such socket\)/)],
  },
  {
    docker: 'its daemon is down',
    host: () => 'tcp://127.0.0.1:1',
    source: 'local',
    lines: [expect.stringMatching(/does not answer \(nobody listens: is dockerd running\?\)/)],
  },
  {
    docker: 'its daemon is stuck',
    host: startMute,
    source: 'local',
    lines: [expect.stringMatching(/does not answer \(it keeps silent\), so local programs are used/)],
  },
  { docker: 'it has the image', host: () => engineHost, source: 'container', lines: [] },
  {
    docker: 'its registry is away',
    host: () => engineHost,
    part: redis,
    source: 'local',
    lines: [
      'Pulling redis:8 ...',
      expect.stringMatching(
        /^Redis: the image redis:8 is not to be had, so a local program is used \(.*no such host.*\)\.$/,
      ),
    ],
  },
])('where Docker is asked and $docker: $source', async ({ host, part = postgres, source, lines }) => {
  const chosen = await choose([part], { DOCKER_HOST: await host() });
  expect(chosen).toEqual({ sources: [source], lines });
});

test('the file of a socket whose daemon is gone is told of by its place', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'ssp-engine-'));
  const file = join(directory.path, 'docker.sock');
  await writeFile(file, '');
  const { sources, lines } = await choose([postgres], { DOCKER_HOST: `unix://${file}` });
  expect(sources).toEqual(['local']);
  expect(lines).toEqual([
    `The Docker engine at unix://${file} does not answer (nobody listens: is dockerd running?), so local programs are used.`,
  ]);
});

test('an image that cannot be built for want of its base gives way, too', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'ssp-base-'));
  await writeFile(join(directory.path, 'Dockerfile'), 'FROM debian:bookworm-slim\nRUN true\n');
  const ldap = partOf('OpenLDAP', { name: 'ssp-openldap', dockerfileDir: directory.path });
  const { sources, lines } = await choose([ldap], { DOCKER_HOST: engineHost });
  expect(sources).toEqual(['local']);
  expect(lines).toEqual([
    'Pulling debian:bookworm-slim ...',
    expect.stringMatching(/^OpenLDAP: the image ssp-openldap is not to be had, .*no such host/),
  ]);
});

test('SSP_BACKING=local asks no engine', async () => {
  const chosen = await choose([postgres], { DOCKER_HOST: engineHost, SSP_BACKING: 'local' });
  expect(chosen).toEqual({ sources: ['local'], lines: [] });
});

test.for([
  { what: 'no engine', host: () => 'tcp://127.0.0.1:1', fault: /SSP_BACKING=container; no Docker engine/ },
  {
    what: 'no image',
    host: () => engineHost,
    fault: /SSP_BACKING=container; Redis: the image redis:8 is not/,
  },
])('SSP_BACKING=container fails where there is $what', async ({ host, fault }) => {
  const choosing = choose([postgres, redis], { DOCKER_HOST: host(), SSP_BACKING: 'container' });
  await expect(choosing).rejects.toThrow(fault);
});
