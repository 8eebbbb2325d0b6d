import { mkdir } from 'node:fs/promises';
import type { Leash } from '../leash/leash.ts';
import type { DevelopmentPki } from '../pki/pki-paths.ts';
import { readBackingEnvironment, withOwnPrograms } from './backing-environment.ts';
import type { BackingContext, BackingPart, BackingService } from './backing-part.ts';
import { chooseSources, type Source } from './choose-sources.ts';
import { keepContainers } from './container-keeper.ts';
import { installPrograms } from './install-programs.ts';
import { kafkaPart } from './kafka.ts';
import type { KafkaService } from './kafka-service.ts';
import { ldapPart } from './ldap.ts';
import type { LdapService } from './ldap-service.ts';
import { postgresPart } from './postgres.ts';
import type { PostgresService } from './postgres-service.ts';
import { redisPart, type RedisService } from './redis.ts';

/** What the platform stands on; each part is the real program, wherever it runs. */
export interface BackingServices {
  readonly postgres: PostgresService;
  readonly redis: RedisService;
  readonly kafka: KafkaService;
  readonly ldap: LdapService;
}

/** How to start them. */
export interface BackingOptions {
  /** Data, passwords, ports and logs; kept data is used again by the next start. */
  readonly dir: string;
  readonly leash: Leash;
  /** The directory's certificate comes from here. */
  readonly pki: DevelopmentPki;
  /** Takes one line of progress at a time, for people. */
  readonly report: (line: string) => void;
  /** False where data need not survive a power cut, as in tests; true when left out. */
  readonly durable?: boolean;
  /** True for who stops, kills and measures them: programs of this machine, whatever the environment names; false when left out. */
  readonly ownPrograms?: boolean;
  /** Where downloads are kept; the user's own cache folder when left out. */
  readonly cacheDir?: string;
}

/**
 * Finds Postgres, Redis, Kafka and OpenLDAP, each as an address in the environment, else a container, else a local
 * program, and starts what must be started, all at once. Everything ends with `resources`.
 * Throws a SetupError, with nothing left running, when one of them is not to be had.
 */
export async function startBackingServices(
  options: BackingOptions,
  resources: AsyncDisposableStack,
): Promise<BackingServices> {
  // oxlint-disable-next-line node/no-process-env -- tests and tools have no service configuration
  const found = readBackingEnvironment(process.env);
  const environment = options.ownPrograms === true ? withOwnPrograms(found) : found;
  await mkdir(options.dir, { recursive: true });
  await using starting = new AsyncDisposableStack();
  const context: BackingContext = {
    durable: true,
    cacheDir: environment.cacheDir,
    ...options,
    environment,
    resources: starting,
  };
  const parts = {
    postgres: postgresPart(context),
    redis: redisPart(context),
    kafka: kafkaPart(context),
    ldap: ldapPart(context),
  };

  const { engine, sources } = await chooseSources(Object.values(parts), context);
  if (engine !== undefined && [...sources.values()].includes('container')) {
    await keepContainers(engine, context);
  }
  const local = [...sources].filter(([, source]) => source === 'local').map(([part]) => part);
  await installPrograms((await Promise.all(local.map((part) => part.needs()))).flat(), context);

  const obtain = <T extends BackingService>(part: BackingPart<T>): Promise<T> =>
    startPart(part, sources.get(part) ?? 'local', context.report);
  const started = [
    obtain(parts.postgres),
    obtain(parts.redis),
    obtain(parts.kafka),
    obtain(parts.ldap),
  ] as const;
  // All have settled before anything is released, so that nothing starts after its neighbours were stopped.
  await Promise.allSettled(started);
  const [postgres, redis, kafka, ldap] = await Promise.all(started);
  resources.use(starting.move());
  return { postgres, redis, kafka, ldap };
}

async function startPart<T extends BackingService>(
  part: BackingPart<T>,
  source: Source,
  report: (line: string) => void,
): Promise<T> {
  const startedMs = performance.now();
  const start = { environment: part.fromEnvironment, container: part.startContainer, local: part.startLocal };
  const service = await (start[source] ?? part.startLocal)();
  report(`${part.name} is ready (${source}) after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return service;
}
