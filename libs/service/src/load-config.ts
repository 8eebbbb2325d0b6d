import type { z } from 'zod';

/** The environment does not fit the schema; the message names every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the process environment through a schema, once. An empty variable counts as absent, as compose files write it.
 * @throws ConfigError
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  return readConfig(schema, process.env);
}

/** As `loadConfig`, on an environment given by the caller. */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const got = present[name] === undefined ? 'is not set' : 'is wrong';
    return `${name === '' ? 'configuration' : `${name} ${got}`}: ${issue.message}`;
  });
  throw new ConfigError(faults.join('\n'));
}
