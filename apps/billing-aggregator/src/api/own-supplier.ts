import { type Caller, Problem } from '@ssp/service';

/**
 * Whose figures a caller is shown who asks for those of `asked`, null for all.
 * @throws Problem 403 for a supplier that asks for another's
 */
export function ownSupplier({ role, supplier }: Caller, asked: string | null): string | null {
  if (role !== 'supplier') return asked;
  if (supplier === null || (asked !== null && asked !== supplier)) {
    throw new Problem(403, 'supplier: a supplier sees its own figures only');
  }
  return supplier;
}
