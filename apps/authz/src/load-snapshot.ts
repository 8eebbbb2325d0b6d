import { type EndpointTolerance } from '@ssp/spine';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { applyDelta } from './apply-delta.ts';
import { readDelta } from './read-delta.ts';
import { readSnapshot } from './read-rules.ts';
import { type Snapshot } from './snapshot.ts';

/** A snapshot, and what it has taken in since all of it was read. */
export type Loaded = {
  readonly snapshot: Snapshot;
  readonly rowsSinceRead: number;
};

/**
 * Rows that are taken in before everything is read anew: up to here that is the slower way, and rows taken in share no
 * texts with those that were there, so that memory would grow without end.
 */
const updateRowsMax = 60_000;

/**
 * Makes the snapshot of the version that the tables are at: from the former one and what changed since, else by reading
 * everything, which is what happens beyond `rowsMax`. The former one stays as it is.
 */
export async function loadSnapshot(
  pool: Pool,
  tolerance: EndpointTolerance,
  former: Loaded | null,
  log: Logger,
  rowsMax = updateRowsMax,
): Promise<Loaded & { readonly how: 'loaded' | 'updated' }> {
  if (former !== null) {
    try {
      const updated = await updateSnapshot(pool, tolerance, former, rowsMax);
      if (updated !== null) return { ...updated, how: 'updated' };
    } catch (error) {
      // What is wrong with a difference must not keep the rules from being read whole.
      log.warn({ err: error }, 'what changed in the rules cannot be read; reading all of them');
    }
  }
  return { snapshot: await readSnapshot(pool, tolerance), rowsSinceRead: 0, how: 'loaded' };
}

async function updateSnapshot(
  pool: Pool,
  tolerance: EndpointTolerance,
  { snapshot, rowsSinceRead }: Loaded,
  rowsMax: number,
): Promise<Loaded | null> {
  const { delta, rows } = await readDelta(pool, snapshot.version, rowsMax - rowsSinceRead, tolerance);
  // A version below the one held is that of a database put back to an earlier state.
  if (delta === null || BigInt(delta.version) < BigInt(snapshot.version)) return null;
  return { snapshot: await applyDelta(snapshot, delta), rowsSinceRead: rowsSinceRead + rows };
}
