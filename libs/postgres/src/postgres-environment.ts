import { z } from 'zod';

/** The environment's part about Postgres, to be spread into a service's own schema. */
export const postgresEnvironment = {
  POSTGRES_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .refine((url) => !URL.canParse(url) || new URL(url).password === '', 'must not contain a password')
    .describe('Database to use, postgres://user@host:port/name, without a password'),
  POSTGRES_PASSWORD_FILE: z
    .string()
    .optional()
    .describe('File that holds the password; read anew for each connection, so it may change'),
  POSTGRES_POOL_SIZE: z.coerce.number().int().positive().default(10).describe('Most connections to Postgres'),
};

const PostgresEnvironment = z.object(postgresEnvironment);

export type PostgresConfig = {
  readonly url: string;
  readonly passwordFile: string | null;
  readonly poolSize: number;
  /** What the server shows as the connection's owner. */
  readonly applicationName: string;
};

/** Nests the parsed variables. */
export function toPostgresConfig(
  env: z.output<typeof PostgresEnvironment>,
  applicationName: string,
): PostgresConfig {
  return {
    url: env.POSTGRES_URL,
    passwordFile: env.POSTGRES_PASSWORD_FILE ?? null,
    poolSize: env.POSTGRES_POOL_SIZE,
    applicationName,
  };
}
