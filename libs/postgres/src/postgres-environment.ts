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
  POSTGRES_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected the plain name of a role')
    .optional()
    .describe(
      "Role that every connection takes on, so that it has that role's rights alone; the login must be a member of it",
    ),
  POSTGRES_POOL_SIZE: z.coerce.number().int().positive().default(10).describe('Most connections to Postgres'),
};

const PostgresEnvironment = z.object(postgresEnvironment);

export type PostgresConfig = {
  readonly url: string;
  readonly passwordFile: string | null;
  readonly poolSize: number;
  /** What every connection acts as; the login itself where none is named. */
  readonly role?: string | null;
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
    role: env.POSTGRES_ROLE ?? null,
    applicationName,
  };
}
