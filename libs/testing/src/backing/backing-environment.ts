import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SetupError } from '../setup-error.ts';

const Environment = z
  .object({
    SSP_BACKING: z.enum(['container', 'local']).optional(),
    SSP_POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    SSP_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    SSP_KAFKA_BROKERS: z
      .string()
      .transform((brokers) => brokers.split(',').map((it) => it.trim()))
      .optional(),
    SSP_LDAP_URL: z.url({ protocol: /^ldaps$/ }).optional(),
    SSP_LDAP_BASE_DN: z.string().default('o=nhs'),
    SSP_LDAP_ADMIN_DN: z.string().optional(),
    SSP_LDAP_ADMIN_PASSWORD: z.string().optional(),
    SSP_LDAP_CA_FILE: z.string().optional(),
    XDG_CACHE_HOME: z.string().default(join(homedir(), '.cache')),
    DOCKER_HOST: z.string().optional(),
    XDG_RUNTIME_DIR: z.string().optional(),
  })
  .transform((env) => ({
    /** The one kind to start what has no address given as; undefined where either will do. */
    backing: env.SSP_BACKING,
    postgresUrl: env.SSP_POSTGRES_URL,
    redisUrl: env.SSP_REDIS_URL,
    kafkaBrokers: env.SSP_KAFKA_BROKERS,
    ldap: {
      url: env.SSP_LDAP_URL,
      baseDn: env.SSP_LDAP_BASE_DN,
      adminDn: env.SSP_LDAP_ADMIN_DN,
      adminPassword: env.SSP_LDAP_ADMIN_PASSWORD,
      caFile: env.SSP_LDAP_CA_FILE,
    },
    cacheDir: join(env.XDG_CACHE_HOME, 'spine-secure-proxy'),
    dockerHost: env.DOCKER_HOST,
    runtimeDir: env.XDG_RUNTIME_DIR,
  }));

/** Where people say that backing services already run, and where caches and Docker are. */
export type BackingEnvironment = z.output<typeof Environment>;

/** The same with local programs alone, whatever runs already. */
export function withOwnPrograms(environment: BackingEnvironment): BackingEnvironment {
  const given = { postgresUrl: undefined, redisUrl: undefined, kafkaBrokers: undefined };
  return { ...environment, ...given, ldap: { ...environment.ldap, url: undefined }, backing: 'local' };
}

/** Reads the environment; an empty variable is an absent one. Throws a SetupError that names a wrong one. */
export function readBackingEnvironment(variables: NodeJS.ProcessEnv): BackingEnvironment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SetupError(faults.join('; '));
}
