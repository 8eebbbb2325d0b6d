import { type Pool } from 'pg';
import { defaultLimits } from '../limits/default-limits.ts';
import { readStoredLimits } from '../limits/stored-limits.ts';
import { resolveLimits } from '../limits/resolve-limits.ts';
import { type ResolvedLimits } from '../counting/resolved-limits.ts';

/** Those that were in force in a period, in their order. */
export type LimitsThen = {
  readonly versions: readonly string[];
  /** At a moment that never lies before the one of the call before. */
  readonly at: (nowMs: number) => ResolvedLimits;
};

/** Reads the limits of a period. Before the first stored version the defaults held, as far as Postgres knows. */
export async function readLimitsThen(pool: Pool, since: Date, until: Date): Promise<LimitsThen> {
  const { rows } = await pool.query<{ version: string; at: Date }>(
    `select version, at from throttle.limits_version
     where at < $2 and version >= coalesce((select max(version) from throttle.limits_version where at <= $1), 0)
     order by version`,
    [since, until],
  );
  const steps: { readonly fromMs: number; readonly limits: ResolvedLimits }[] = [];
  const [first] = rows;
  if (first === undefined || first.at > since) {
    steps.push({ fromMs: 0, limits: resolveLimits(defaultLimits, '0') });
  }
  for (const { version, at } of rows) {
    const stored = await readStoredLimits(pool, version);
    // One that no process could read never came into force.
    if (!stored?.document) continue;
    steps.push({ fromMs: at.getTime(), limits: resolveLimits(stored.document, version) });
  }
  let position = 0;
  return {
    versions: steps.map(({ limits }) => limits.version),
    at: (nowMs) => {
      while ((steps[position + 1]?.fromMs ?? Infinity) <= nowMs) position += 1;
      const step = steps[position];
      if (step === undefined) throw new Error('no limits were in force');
      return step.limits;
    },
  };
}
