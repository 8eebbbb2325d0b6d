import { type Pool } from 'pg';
import { type AuditBooks, type AuditedHour } from './audit-books.ts';
import { type BilledHour, readBilledHour } from './billed-hour.ts';
import { edgeDifference } from './edge-differences.ts';
import { type Found } from './found.ts';
import { outcomeOf } from './hour-outcome.ts';
import { differingKeys } from './key-sums.ts';
import { nameDifferences } from './name-differences.ts';
import { countedBelow, isBehind, type Offsets, offsetsOf } from './offsets.ts';
import { Patience } from './patience.ts';
import { readHours, type ReconcileResult } from './read-hours.ts';
import { keysNamed } from './keys-named.ts';
import { type Former, readFormer, storeHour } from './store-hour.ts';
import { sumDifferences } from './sum-differences.ts';

/** What hours are held against. */
export type Reconciling = { readonly pool: Pool; readonly books: AuditBooks };

const lookAgainMs = 50;
const askAgainMs = 1_000;

/**
 * Holds an hour that has ended against the audit and keeps what it came to. Where billing or the audit has not read as far as the other after
 * some tries, the hour waits: that is no difference.
 */
export async function reconcileHour(
  reconciling: Reconciling,
  hour: Date,
  signal: AbortSignal,
  patience = new Patience(),
): Promise<ReconcileResult> {
  const { pool, books } = reconciling;
  const stretch = { from: hour, to: new Date(hour.getTime() + 3_600_000) };
  let isKept = false;
  do {
    for await (const audited of books.hours(stretch, signal)) {
      const held = await holdSums(pool, audited, patience, signal);
      isKept =
        held === 'kept' || (held !== 'behind' && (await holdExchanges(reconciling, audited, held, signal)));
    }
  } while (!isKept && (await patience.wait(askAgainMs, signal)));
  if (isKept) patience.renew();
  const [result] = await readHours(pool, [hour]);
  if (result === undefined) throw new Error(`the hour ${hour.toISOString()} was not kept`);
  return result;
}

/** What an hour's sums differ by, or what else calls for a look at each exchange. */
export type HeldSums = { readonly billed: BilledHour; readonly former: Former; readonly cameLate: boolean };

/**
 * Holds the sums of an hour against each other, and keeps the hour where they agree; `behind` where billing has not read as far as the audit.
 */
export async function holdSums(
  pool: Pool,
  audited: AuditedHour,
  patience: Patience,
  signal: AbortSignal,
): Promise<'kept' | 'behind' | HeldSums> {
  const hour = new Date(audited.hour.hour);
  const { isRetired } = audited.hour;
  if (!isRetired && !(await billingCameTo(pool, offsetsOf(audited.hour.written), patience, signal)))
    return 'behind';
  const billed = await readBilledHour(pool, hour);
  const former = await readFormer(pool, hour);
  if (isRetired) {
    if (!former.isBalanced) await storeHour(pool, hour, outcomeOf(audited, billed, null, [retired]));
    return 'kept';
  }
  const agree =
    differingKeys(audited.keys.sums, billed.usage).length === 0 &&
    (billed.entered === null || differingKeys(billed.entered, billed.usage).length === 0);
  const cameLate = former.at !== null && former.asOf !== billed.changes;
  if (!agree || cameLate) return { billed, former, cameLate };
  await storeHour(pool, hour, outcomeOf(audited, billed, null, edgesOf(audited)));
  return 'kept';
}

async function billingCameTo(
  pool: Pool,
  written: Offsets,
  patience: Patience,
  signal: AbortSignal,
): Promise<boolean> {
  while (isBehind(await countedBelow(pool), written))
    if (!(await patience.wait(lookAgainMs, signal))) return false;
  return true;
}

/** Names what differs, exchange by exchange, and keeps it. False where the audit must come farther first. */
async function holdExchanges(
  { pool, books }: Reconciling,
  audited: AuditedHour,
  { billed, former, cameLate }: HeldSums,
  signal: AbortSignal,
): Promise<boolean> {
  if (isBehind(offsetsOf(audited.hour.written), billed.offsets)) return false;
  const hour = new Date(audited.hour.hour);
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
  await storeHour(pool, hour, outcomeOf(audited, billed, named, [...edgesOf(audited), ...sums]));
  return true;
}

function edgesOf({ hour }: AuditedHour): readonly Found[] {
  return hour.edges.flatMap((edge) => edgeDifference(edge) ?? []);
}

const retired: Found = {
  kind: 'retired',
  internalId: null,
  traceId: null,
  about: 'the audit of this hour was dropped before it was reconciled',
};
