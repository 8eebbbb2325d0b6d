import { readFileSync } from 'node:fs';
import { ConfigError } from '@ssp/service';
import { forwardedMethods, InteractionId, tokenEnforcements, tokenScopes } from '@ssp/spine';
import { z } from 'zod';

// Node's timers hold no more than 2^31 milliseconds; a day is long enough for anything.
const milliseconds = z.int().min(1).max(86_400_000);

const rules = {
  methodGuard: z.boolean().optional(),
  token: z.enum(tokenEnforcements).optional(),
  audiences: z.array(z.string().min(1)).optional(),
  timeouts: z
    .strictObject({
      connectMs: milliseconds,
      firstByteMs: milliseconds,
      idleMs: milliseconds,
      totalMs: milliseconds,
    })
    .partial()
    .optional(),
};

/**
 * The interactions file: `default` for all, `interactions` for one each, by its id. What a row leaves out holds as it
 * did before; an id that nobody knew is added.
 */
export const InteractionsFile = z.strictObject({
  default: z.strictObject(rules).default({}),
  interactions: z
    .record(
      InteractionId,
      z.strictObject({
        methods: z.array(z.enum(forwardedMethods)).min(1).optional(),
        scopes: z.array(z.enum(tokenScopes)).min(1).optional(),
        ...rules,
      }),
    )
    .default({}),
});
export type InteractionsFile = z.output<typeof InteractionsFile>;

/**
 * Reads the interactions file; without one the built-in table holds.
 * @throws ConfigError with one line that names the file and every fault in it, with its place
 */
export function readInteractionsFile(file: string | undefined): InteractionsFile {
  if (file === undefined) return InteractionsFile.parse({});
  const { data, error } = InteractionsFile.safeParse(readJson(file));
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new ConfigError(`EDGE_INTERACTIONS_FILE ${file} is wrong: ${faults.join('; ')}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`EDGE_INTERACTIONS_FILE ${file} cannot be read as JSON: ${reason}`, { cause });
  }
}
