import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackingContext } from './backing-part.ts';

/** One backing service as a container. */
export interface ContainerSpec {
  readonly image: string;
  readonly port: number;
  /** The host's port; any free one when left out. */
  readonly hostPort?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** What must outlive the container when data is to last. */
  readonly dataPath: string;
  readonly files?: readonly { readonly source: string; readonly target: string }[];
  readonly readyLog: { readonly message: RegExp; readonly times: number };
}

/** Starts a container that ends with `resources`, and answers where its port is on this machine. */
export async function startContainer(
  spec: ContainerSpec,
  context: BackingContext,
): Promise<{ readonly host: string; readonly port: number }> {
  // Loaded only where a Docker engine answers: it is large, and most starts do without.
  const { GenericContainer, Wait } = await import('testcontainers');
  const exposed = spec.hostPort === undefined ? spec.port : { container: spec.port, host: spec.hostPort };
  let container = new GenericContainer(spec.image)
    .withExposedPorts(exposed)
    .withEnvironment({ ...spec.environment })
    .withCopyFilesToContainer([...(spec.files ?? [])])
    .withWaitStrategy(Wait.forLogMessage(spec.readyLog.message, spec.readyLog.times));
  if (spec.command !== undefined) container = container.withCommand([...spec.command]);
  if (context.durable) {
    const source = `ssp-${await volumeId(context.dir)}-${spec.image.replaceAll(/[^a-z0-9]+/g, '-')}`;
    container = container.withBindMounts([{ source, target: spec.dataPath, mode: 'rw' }]);
  }
  const started = context.resources.adopt(await container.start(), async (it) => void (await it.stop()));
  return { host: started.getHost(), port: started.getMappedPort(spec.port) };
}

/** Names the volumes of one `dir`, so that removing the folder parts with the data as well. */
async function volumeId(dir: string): Promise<string> {
  const file = join(dir, 'volumes');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const id = randomBytes(6).toString('hex');
  // Four parts ask at once; whoever writes first decides.
  await writeFile(file, id, { flag: 'wx' }).catch(() => undefined);
  return readFile(file, 'utf8');
}
