import { type Facts } from '../decide.ts';
import { type ShownRow } from './explained-row.ts';
import { type FactRows } from './read-facts.ts';

/** What a check is told from. */
export type Grounds = { readonly facts: Facts; readonly rows: FactRows; readonly nowMs: number };

/** Why a check passed or failed. The remedy is for one that failed. */
export type ToldCheck = {
  readonly why: string;
  readonly rows: readonly ShownRow[];
  readonly remedy: string;
};

export const systemOf = ({ rows }: Grounds, asid: string) => rows.systems.find((row) => row.asid === asid);

/** A list for a sentence, cut where it would be no use to a reader. */
export function listed(values: readonly string[], none = 'none'): string {
  const shown = values.slice(0, 10).join(', ');
  if (values.length === 0) return none;
  return values.length > 10 ? `${shown} and ${values.length - 10} more` : shown;
}
