import { readFile } from 'node:fs/promises';
import { ConfigError } from '@ssp/service';
import { defaultLimits } from './limits/default-limits.ts';
import { LimitsDocument } from './limits/limits-document.ts';

/**
 * Reads the limits file; without one the defaults hold.
 * @throws ConfigError with one line that names the file and every fault in it
 */
export async function readLimits(file: string | undefined): Promise<LimitsDocument> {
  if (file === undefined) return defaultLimits;
  const { data, error } = LimitsDocument.safeParse(await readJson(file));
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
