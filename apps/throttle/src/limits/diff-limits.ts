import { type LimitsChange } from '@ssp/contracts';
import { diffEntries } from '@ssp/service/operator';
import { type LimitsDocument } from './limits-document.ts';
import { limitsEntries } from './limits-entries.ts';

/** Stands for limits that cannot be read: all that is wanted is added. */
export const noLimits: LimitsDocument = {
  classes: {},
  costs: {},
  shares: { weights: {}, below: 0 },
  limits: [],
};

/** What differs between the limits that are held and those that are wanted: what goes, then the rest in its order. */
export function diffLimits(held: LimitsDocument, wanted: LimitsDocument): readonly LimitsChange[] {
  return diffEntries(limitsEntries(held), limitsEntries(wanted)).map(({ section, key, change, fields }) => ({
    section,
    key: [...key],
    change,
    fields: [...fields],
  }));
}
