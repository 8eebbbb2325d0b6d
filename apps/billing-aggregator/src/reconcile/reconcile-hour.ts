import { setTimeout as pause } from 'node:timers/promises';
import { type Difference, type ReconciledHour } from '@ssp/contracts';
import { type Pool } from 'pg';
import { type AuditBooks, type AuditedHour } from './audit-books.ts';
import { type BilledHour, readBilledHour } from './billed-hour.ts';
import { edgeDifference, toldBy } from './edge-differences.ts';
import { type Found } from './found.ts';
import { differingKeys, totalOf } from './key-sums.ts';
import { type Named, nameDifferences, namedMax } from './name-differences.ts';
import { isBehind, offsetsOf } from './offsets.ts';
import { readHours } from './read-hours.ts';
import { keysNamed } from './keys-named.ts';
import { readFormer, storeHour } from './store-hour.ts';
import { sumDifferences } from './sum-differences.ts';

/** What hours are held against. */
export type Reconciling = { readonly pool: Pool; readonly books: AuditBooks };

export type ReconcileResult = {
  readonly hour: ReconciledHour;
  readonly differences: readonly Difference[];
};

const tries = 10;
const pauseMs = 1_000;

/**
 * Holds an hour that has ended against the audit and keeps what it came to. Where billing or the audit has not read as far as the other after
 * some tries, the hour waits: that is no difference.
 */
export async function reconcileHour(
  reconciling: Reconciling,
  hour: Date,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const { pool } = reconciling;
  for (let tried = 0; tried < tries; tried += 1) {
    if (tried > 0) await pause(pauseMs, undefined, { signal });
    if (await tryHour(reconciling, hour, signal)) break;
  }
  const [result] = await readHours(pool, [hour]);
  if (result === undefined) throw new Error(`the hour ${hour.toISOString()} was not kept`);
  return result;
}

/** False where one of both must come farther first. */
async function tryHour({ pool, books }: Reconciling, hour: Date, signal: AbortSignal): Promise<boolean> {
  const audited = await books.hour(hour, signal);
  const billed = await readBilledHour(pool, hour);
  const former = await readFormer(pool, hour);
  if (audited.hour.isRetired) {
    if (!former.isBalanced) await storeHour(pool, hour, outcomeOf(audited, billed, null, [retired]));
    return true;
  }
  const written = offsetsOf(audited.hour.written);
  if (isBehind(billed.offsets, written)) return false;
  const agree =
    differingKeys(audited.keys.sums, billed.usage).length === 0 &&
    (billed.entered === null || differingKeys(billed.entered, billed.usage).length === 0);
  const edges = audited.hour.edges.flatMap((edge) => edgeDifference(edge) ?? []);
  const cameLate = former.at !== null && former.asOf !== billed.changes;
  if (agree && !cameLate) {
    await storeHour(pool, hour, outcomeOf(audited, billed, null, edges));
    return true;
  }
  if (isBehind(written, billed.offsets)) return false;
  const named =
    billed.entered === null
      ? null
      : await nameDifferences({ pool, books }, hour, cameLate ? former.written : null, signal);
  if (named === null && billed.entered !== null) return false;
  const due = billed.entered ?? audited.keys.sums;
  const names = await keysNamed(pool, differingKeys(billed.usage, due), audited.keys);
  const sums = sumDifferences(
    billed.usage,
    due,
    billed.entered === null ? 'the audit' : 'the ledger',
    (key) => names.get(key) ?? String(key),
  );
  await storeHour(pool, hour, outcomeOf(audited, billed, named, [...edges, ...sums]));
  return true;
}

const retired: Found = {
  kind: 'retired',
  internalId: null,
  traceId: null,
  about: 'the audit of this hour was dropped before it was reconciled',
};

/** What is kept of an hour. */
export type HourOutcome = ReturnType<typeof outcomeOf>;

function outcomeOf(
  { hour, keys }: AuditedHour,
  billed: BilledHour,
  named: Named | null,
  others: readonly Found[],
) {
  const found = [...others, ...(named?.named ?? [])];
  return {
    asOf: billed.changes,
    told: hour.edges.reduce((sum, edge) => sum + toldBy(edge), 0),
    audited: named?.audited ?? totalOf(keys.sums).requests,
    entered: totalOf(billed.entered ?? new Map()).requests,
    usage: totalOf(billed.usage),
    closed: hour.closed,
    differences: others.length + (named?.differences ?? 0),
    found: found.slice(0, namedMax),
    late: named?.late ?? [],
    written: named?.written ?? offsetsOf(hour.written),
  };
}
