import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BackingEnvironment } from './backing-environment.ts';

const pingMs = 700;
const askMs = 30_000;

/**
 * The Docker engine that answers where Docker's clients would look for it; well under a second when none does.
 * `report` is told of each that ought to answer and does not.
 */
export async function findEngine(
  environment: BackingEnvironment,
  report: (line: string) => void = () => undefined,
): Promise<URL | undefined> {
  const { dockerHost, runtimeDir } = environment;
  const places =
    dockerHost === undefined
      ? [
          '/var/run/docker.sock',
          ...(runtimeDir === undefined ? [] : [join(runtimeDir, 'docker.sock')]),
          join(homedir(), '.docker/run/docker.sock'),
          join(homedir(), '.docker/desktop/docker.sock'),
        ].map((socket) => `unix://${socket}`)
      : [dockerHost];
  const faults = await Promise.all(places.map(engineFault));
  const answering = places.find((_, at) => faults[at] === undefined);
  if (answering !== undefined) return new URL(answering);
  for (const [at, fault] of faults.entries()) {
    // Where nobody said that there is an engine, none is no fault.
    if (dockerHost === undefined && fault === reasons['ENOENT']) continue;
    report(`The Docker engine at ${places[at]} does not answer (${fault}), so local programs are used.`);
  }
  return undefined;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  EACCES: 'this user may not: is it in the group docker?',
  ECONNREFUSED: 'nobody listens: is dockerd running?',
};

/** Why an engine is of no use; undefined where it answers. */
async function engineFault(place: string): Promise<string | undefined> {
  if (!URL.canParse(place)) return 'DOCKER_HOST is no address';
  try {
    const { status } = await askEngine(new URL(place), 'GET', '/_ping', pingMs);
    return status === 200 ? undefined : `it says ${status}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return reasons[code] ?? (error instanceof Error ? error.message : String(error));
  }
}

/**
 * Whether the engine publishes ports on this machine's loopback. One that is reached over the network, or whose socket
 * was handed into a container, does not; and elsewhere than on loopback a Redis without a password has no business.
 */
export async function isEngineNear(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
  // An address of this machine, and no other, can be listened on.
  const server = createServer();
  try {
    server.listen({ port: 0, host });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Asks the engine's API; rejects only when it does not answer in time. */
export async function askEngine(
  engine: URL,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  timeoutMs = askMs,
): Promise<{ readonly status: number; readonly body: string }> {
  const address =
    engine.protocol === 'unix:'
      ? { socketPath: engine.pathname }
      : { host: engine.hostname, port: engine.port || 2375 };
  return new Promise((resolve, reject) => {
    const asking = request({ ...address, method, path, timeout: timeoutMs, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asking.on('timeout', () => asking.destroy(new Error('it keeps silent')));
    asking.on('error', reject);
    asking.end();
  });
}
