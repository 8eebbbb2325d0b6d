import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLeash } from '../leash/leash.ts';
import { pkiPaths } from '../pki/pki-paths.ts';
import { readBackingEnvironment } from './backing-environment.ts';
import type { BackingContext } from './backing-part.ts';
import { installPrograms } from './install-programs.ts';
import { kafkaPart } from './kafka.ts';
import { type KafkaNode, startKafkaCluster } from './kafka-cluster.ts';
import { startLocalKafka } from './kafka-local.ts';
import type { LocalProgram } from './local-program.ts';

/** A broker that one test has to itself. */
export interface OwnKafka {
  readonly brokers: readonly string[];
  /** To pause it, to kill it, and to start it again with its data. */
  readonly program: LocalProgram;
}

/** Starts a Kafka as a local program, whatever the environment names, for a test that does to it what others could not bear. */
export async function startOwnKafka(resources: AsyncDisposableStack): Promise<OwnKafka> {
  const context = await ownContext(resources);
  const { brokers, program } = await startLocalKafka(join(context.dir, 'kafka'), context);
  if (program === undefined) throw new Error('a local Kafka is a program');
  return { brokers, program };
}

/** Starts a Kafka of three brokers likewise. */
export async function startOwnKafkaCluster(resources: AsyncDisposableStack): Promise<readonly KafkaNode[]> {
  const context = await ownContext(resources);
  return startKafkaCluster(join(context.dir, 'kafka'), context);
}

/** How Kafka is started with nothing of what the environment names; its folder goes with `resources`. */
export async function ownContext(resources: AsyncDisposableStack): Promise<BackingContext> {
  const context = await bareContext('own-kafka-', resources);
  await installPrograms(await kafkaPart(context).needs(), context);
  return context;
}

/** The same for what needs nothing installed, in a folder whose name begins so. */
export async function bareContext(name: string, resources: AsyncDisposableStack): Promise<BackingContext> {
  const { path: dir } = resources.use(await mkdtempDisposable(join(tmpdir(), name)));
  // oxlint-disable-next-line node/no-process-env -- tests and tools have no service configuration
  const environment = readBackingEnvironment(process.env);
  return {
    dir,
    cacheDir: environment.cacheDir,
    durable: false,
    environment,
    leash: await startLeash(dir, resources),
    // Paths alone: only a directory would read what is there, and none is started so.
    pki: pkiPaths(join(dir, 'pki')),
    report: () => undefined,
    resources,
  };
}
