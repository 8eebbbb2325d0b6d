import { ConfigError } from '@ssp/service';
import { faultLines } from '@ssp/service/operator';
import { readFile } from 'node:fs/promises';
import { readLimitsFile } from './read-limits-file.ts';
import { type WrittenLimits } from './store-limits.ts';

/**
 * Reads the limits file of this path.
 * @throws ConfigError that names the file and every fault in it, a line each
 */
export async function readLimitsAt(path: string): Promise<WrittenLimits> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`the limits file ${path} cannot be read: ${reason}`, { cause });
  });
  const read = readLimitsFile(text);
  if (read.read) return { text, document: read.file };
  throw new ConfigError(faultLines(path, read));
}
