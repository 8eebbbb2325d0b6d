import { type RulesEntry, rulesEntries, type RulesSection } from './rules-entries.ts';
import { type RulesFile } from './rules-file.ts';

/** One thing that another rules file would add, remove or change. */
export type RulesChange = {
  readonly section: RulesSection;
  readonly key: readonly string[];
  readonly change: 'added' | 'removed' | 'changed';
  /** Those that differ; null where the field is not stated. */
  readonly fields: readonly {
    readonly field: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
  /** The entry as it is held, and as it is wanted. */
  readonly before: RulesEntry | null;
  readonly after: RulesEntry | null;
};

/** What differs between the rules that are held and those that are wanted: what goes, then the rest in its order. */
export function diffRules(held: RulesFile, wanted: RulesFile): readonly RulesChange[] {
  const heldEntries = byKey(rulesEntries(held));
  const wantedEntries = byKey(rulesEntries(wanted));
  const changes: RulesChange[] = [];
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

const byKey = (entries: readonly RulesEntry[]) =>
  new Map(entries.map((entry) => [JSON.stringify([entry.section, entry.key]), entry]));

function changeOf(
  change: RulesChange['change'],
  { section, key }: RulesEntry,
  before: RulesEntry | null,
  after: RulesEntry | null,
): RulesChange {
  const names = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after?.fields ?? {})]);
  const fields = [...names]
    .map((field) => ({ field, from: before?.fields[field] ?? null, to: after?.fields[field] ?? null }))
    .filter(({ from, to }) => from !== to);
  return { section, key, change, fields, before, after };
}
