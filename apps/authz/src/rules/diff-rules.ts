import { diffEntries, type EntryChange } from '@ssp/service/operator';
import { rulesEntries, type RulesEntry } from './rules-entries.ts';
import { type RulesFile } from './rules-file.ts';

/** One thing that another rules file would add, remove or change. */
export type RulesChange = EntryChange<RulesEntry>;

/** What differs between the rules that are held and those that are wanted: what goes, then the rest in its order. */
export function diffRules(held: RulesFile, wanted: RulesFile): readonly RulesChange[] {
  return diffEntries(rulesEntries(held), rulesEntries(wanted));
}
