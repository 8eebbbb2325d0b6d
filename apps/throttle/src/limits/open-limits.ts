import { type PostgresConfig } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type LimitsMetrics } from '../metrics.ts';
import { defaultLimits } from './default-limits.ts';
import { type CurrentLimits, keepLimits } from './keep-limits.ts';
import { readLimitsAt } from './read-limits-at.ts';
import { resolveLimits } from './resolve-limits.ts';

type LimitsSource = {
  readonly limitsFile: string | undefined;
  readonly postgres: PostgresConfig | null;
};

/**
 * The limits in force: the last version in Postgres where there is one, until then those of the file, or the defaults (version `0`).
 * @throws ConfigError for a file that cannot be read
 */
export async function openLimits(
  { limitsFile, postgres }: LimitsSource,
  metrics: LimitsMetrics,
  service: Service,
): Promise<CurrentLimits> {
  const document = limitsFile === undefined ? defaultLimits : (await readLimitsAt(limitsFile)).document;
  const first = resolveLimits(document, limitsFile === undefined ? '0' : 'file');
  if (postgres !== null) {
    return keepLimits(postgres, first, resolveLimits, metrics, service);
  }
  service.log.info({ version: first.version }, 'limits are not kept in Postgres; they hold until a restart');
  return () => first;
}
