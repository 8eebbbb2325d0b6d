import { type LimitsChange } from '@ssp/contracts';
import { type LimitsDocument } from './limits-document.ts';
import { limitsEntries, type LimitsEntry } from './limits-entries.ts';

/** Stands for limits that cannot be read: all that is wanted is added. */
export const noLimits: LimitsDocument = {
  classes: {},
  costs: {},
  shares: { weights: {}, below: 0 },
  limits: [],
};

/** What differs between the limits that are held and those that are wanted: what goes, then the rest in its order. */
export function diffLimits(held: LimitsDocument, wanted: LimitsDocument): readonly LimitsChange[] {
  const heldEntries = byKey(limitsEntries(held));
  const wantedEntries = byKey(limitsEntries(wanted));
  const changes: LimitsChange[] = [];
  for (const [key, before] of heldEntries) {
    if (!wantedEntries.has(key)) changes.push(changeOf('removed', before, before, null));
  }
  for (const [key, after] of wantedEntries) {
    const before = heldEntries.get(key) ?? null;
    const change = changeOf(before === null ? 'added' : 'changed', after, before, after);
    if (before === null || change.fields.length > 0) changes.push(change);
  }
  return changes;
}

/** How many of each kind. */
export function countChanges(changes: readonly LimitsChange[]) {
  const count = (kind: LimitsChange['change']) => changes.filter(({ change }) => change === kind).length;
  return { added: count('added'), changed: count('changed'), removed: count('removed') };
}

const byKey = (entries: readonly LimitsEntry[]) =>
  new Map(entries.map((entry) => [JSON.stringify([entry.section, entry.key]), entry]));

function changeOf(
  change: LimitsChange['change'],
  { section, key }: LimitsEntry,
  before: LimitsEntry | null,
  after: LimitsEntry | null,
): LimitsChange {
  const names = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after?.fields ?? {})]);
  const fields = [...names]
    .map((field) => ({ field, from: before?.fields[field] ?? null, to: after?.fields[field] ?? null }))
    .filter(({ from, to }) => from !== to);
  return { section, key: [...key], change, fields };
}
