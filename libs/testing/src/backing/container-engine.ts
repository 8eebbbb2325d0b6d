import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BackingEnvironment } from './backing-environment.ts';

const pingMs = 700;
const askMs = 30_000;

/** The Docker engine that answers where Docker's clients would look for it; well under a second when none does. */
export async function findEngine(environment: BackingEnvironment): Promise<URL | undefined> {
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
  const engines = places.filter((it) => URL.canParse(it)).map((it) => new URL(it));
  const answers = await Promise.all(
    engines.map((engine) =>
      askEngine(engine, 'GET', '/_ping', pingMs).then(
        ({ status }) => status === 200,
        () => false,
      ),
    ),
  );
  return engines.find((_, at) => answers[at]);
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
    asking.on('timeout', () => asking.destroy(new Error('the Docker engine does not answer')));
    asking.on('error', reject);
    asking.end();
  });
}
