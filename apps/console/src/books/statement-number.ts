import { StatementNumber } from '@ssp/contracts';
import { type Visit } from '../page.ts';

/** The number of a page's statement. Whatever else stands in the address is none, and the API is asked for one that is not there. */
export function statementNumberOf({ parts }: Pick<Visit, 'parts'>): string {
  return StatementNumber.safeParse(parts['number']).data ?? 'SSP-2000-01-0000';
}
