import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type BackingEnvironment } from './backing-environment.ts';
import { type BackingPart, type BackingService } from './backing-part.ts';

const pingMs = 700;
const pullMs = 300_000;

/** Whether a Docker engine answers where Docker's clients would look for it; well under a second when none does. */
export async function isEngineThere(environment: BackingEnvironment): Promise<boolean> {
  const { dockerHost, runtimeDir } = environment;
  if (dockerHost !== undefined) return ping(new URL(dockerHost));
  const sockets = [
    '/var/run/docker.sock',
    ...(runtimeDir === undefined ? [] : [join(runtimeDir, 'docker.sock')]),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
  ];
  const answers = await Promise.all(sockets.map((socket) => ping(new URL(`unix://${socket}`))));
  return answers.includes(true);
}

/** Whether a part's image is there, or can be pulled or built now. */
export async function isImageThere(
  part: BackingPart<BackingService>,
  report: (line: string) => void,
): Promise<boolean> {
  try {
    const { GenericContainer, ImageName, getContainerRuntimeClient } = await import('testcontainers');
    if ('dockerfileDir' in part.image) {
      const { dockerfileDir, name } = part.image;
      await GenericContainer.fromDockerfile(dockerfileDir).build(name, { deleteOnExit: false });
      return true;
    }
    const client = await getContainerRuntimeClient();
    const image = ImageName.fromString(part.image.name);
    if (await client.image.exists(image)) return true;
    report(`Pulling ${part.image.name} ...`);
    return await Promise.race([
      client.image.pull(image).then(() => true),
      delay(pullMs, false, { ref: false }),
    ]);
  } catch {
    report(`${part.name}: the image ${part.image.name} is not to be had, so a local program is used.`);
    return false;
  }
}

async function ping(engine: URL): Promise<boolean> {
  const address =
    engine.protocol === 'unix:'
      ? { socketPath: engine.pathname }
      : { host: engine.hostname, port: engine.port || 2375 };
  return new Promise((resolve) => {
    const asking = request({ ...address, path: '/_ping', timeout: pingMs }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.on('error', () => resolve(false));
    asking.end();
  });
}
