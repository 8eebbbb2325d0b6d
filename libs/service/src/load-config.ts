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

/**
 * Reads two schemas from the process environment, so that the faults of both are named at once.
 * @throws ConfigError
 */
export function loadConfigs<First extends z.ZodType, Second extends z.ZodType>(
  first: First,
  second: Second,
): [z.output<First>, z.output<Second>] {
  const [one, two] = [readEnvironment(first, process.env), readEnvironment(second, process.env)];
  if (one.success && two.success) return [one.data, two.data];
  throw new ConfigError([...one.faults, ...two.faults].join('\n'));
}

/** The variables of these names as they are written; an empty one counts as absent. */
export function loadTexts(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const text = process.env[name] ?? '';
      return text === '' ? [] : [[name, text] as const];
    }),
  );
}

/** As `loadConfig`, on an environment given by the caller. */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  const result = readEnvironment(schema, environment);
  if (result.success) return result.data;
  throw new ConfigError(result.faults.join('\n'));
}

type Environment = Readonly<Record<string, string | undefined>>;

type Reading<Config> =
  | { readonly success: true; readonly data: Config; readonly faults: readonly [] }
  | { readonly success: false; readonly faults: readonly string[] };

function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): Reading<z.output<Schema>> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return { success: true, data: result.data, faults: [] };
  const faults = result.error.issues.map((issue) => {
    // What follows the variable's name in a path is a place inside its value, as in a list.
    const name = String(issue.path[0] ?? 'configuration');
    if (issue.path.length === 0 || present[name] !== undefined) return `${name} is wrong: ${issue.message}`;
    return issue.code === 'custom' ? `${name} is not set: ${issue.message}` : `${name} is not set`;
  });
  return { success: false, faults };
}
