import { readFile } from 'node:fs/promises';
import { ConfigError } from '@ssp/service';
import { Limits } from './limits.ts';

/**
 * Reads the limits file; without one the defaults hold.
 * @throws ConfigError with one line that names the file and every fault in it
 */
export async function readLimits(file: string | undefined): Promise<Limits> {
  if (file === undefined) return Limits.parse({});
  const { data, error } = Limits.safeParse(await readJson(file));
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new ConfigError(`THROTTLE_LIMITS_FILE ${file} is wrong: ${faults.join('; ')}`);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`THROTTLE_LIMITS_FILE ${file} cannot be read as JSON: ${reason}`, { cause });
  }
}
