import { join } from 'node:path';
import type { ContainerRuntimeClient } from 'testcontainers';
import { SetupError } from '../setup-error.ts';
import type { BackingContext } from './backing-part.ts';
import { dirLabel, volumesLabel } from './container-leftovers.ts';
import { volumeId } from './container-volume.ts';
import { claimPort } from './local-port.ts';
import { startOnPort } from './local-program.ts';
import { waitUntilReady } from './wait-until-ready.ts';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** Kafka alone took a minute where other containers started beside it and the machine had much else to do. */
const startMs = 180_000;
const stopSeconds = 10;

/** One backing service as a container. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Keeps the service's port on this machine, so that its address outlives a restart. */
  readonly dir: string;
  /** The container's port. */
  readonly port: number;
  /** Is told the port on this machine's loopback. */
  readonly environment: (hostPort: number) => Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** What must outlive the container when data is to last. */
  readonly dataPath: string;
  readonly files?: readonly { readonly source: string; readonly target: string }[];
  /** Rejects until the service answers on a port of loopback; must not hang. */
  readonly check: (hostPort: number) => Promise<void>;
}

/** Starts a container, waits until it answers, and tells its port on 127.0.0.1. It is removed with `resources`. */
export async function startContainer(spec: ContainerSpec, context: BackingContext): Promise<number> {
  const claim = (): Promise<number> => claimPort(join(spec.dir, 'port'));
  return startOnPort(claim, async (hostPort) => {
    await launch(spec, hostPort, context);
    return hostPort;
  });
}

async function launch(spec: ContainerSpec, hostPort: number, context: BackingContext): Promise<void> {
  // Loaded only where a Docker engine answers: it is large, and most starts do without.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { LoopbackContainer } = await import('./container-loopback.ts');
  const { dockerode } = (await getContainerRuntimeClient()).container;

  const container = new LoopbackContainer(spec.image, { container: spec.port, host: hostPort })
    .withLabels({ [dirLabel]: context.dir })
    .withEnvironment({ ...spec.environment(hostPort) })
    .withCopyFilesToContainer([...(spec.files ?? [])]);
  if (spec.command !== undefined) container.withCommand([...spec.command]);
  if (context.durable) {
    const id = await volumeId(context.dir);
    const Name = `ssp-${id}-${spec.name.toLowerCase()}`;
    await dockerode.createVolume({ Name, Labels: { [dirLabel]: context.dir, [volumesLabel]: id } });
    container.withBindMounts([{ source: Name, target: spec.dataPath, mode: 'rw' }]);
  }

  try {
    await container.start();
    await answers(spec, hostPort, dockerode.getContainer(container.id ?? ''));
  } catch (error) {
    const made = container.id === undefined ? undefined : dockerode.getContainer(container.id);
    const log = await made?.logs({ stdout: true, stderr: true, tail: 1 }).catch(() => undefined);
    await made?.remove({ force: true, v: true }).catch(() => undefined);
    const words = (log && lastLine(log)) || String(error);
    throw new SetupError(`${spec.name} did not start in a container of ${spec.image}: ${words}`, {
      cause: error,
    });
  }
  const running = dockerode.getContainer(container.id ?? '');
  // Not before it answers: one that cannot start is to end, and to say why.
  if (context.durable) await running.update({ RestartPolicy: { Name: 'on-failure' } });
  context.resources.defer(async () => {
    // Data that is to last is worth a proper end.
    await running.stop({ t: context.durable ? stopSeconds : 0 }).catch(() => undefined);
    // What cannot be removed now, the keeper removes.
    await running.remove({ force: true, v: true }).catch(() => undefined);
  });
}

async function answers(spec: ContainerSpec, hostPort: number, container: Container): Promise<void> {
  const watching = new AbortController();
  const gaveUp = container.wait({ abortSignal: watching.signal }).then(() => {
    throw new Error('it ended');
  });
  try {
    await waitUntilReady(() => spec.check(hostPort), { timeoutMs: startMs, gaveUp });
  } finally {
    gaveUp.catch(() => undefined);
    watching.abort();
  }
}

/** The last line of a container's log, whose pieces the engine puts behind a header of 8 bytes each. */
function lastLine(log: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    pieces.push(log.toString('utf8', at + 8, end));
    at = end;
  }
  return pieces.join('').trimEnd().split('\n').at(-1) ?? '';
}
