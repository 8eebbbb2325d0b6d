import { type Fault } from '../page.ts';

/** Why somebody reads what is kept apart; the audit keeps it with the name of the reader. */
export type ReadingGround = { readonly why: string; readonly faults: readonly Fault[] };

/** Reads the ground that a form gives, as the audit takes it: one line of a thousand characters at most. */
export function readGround(form: URLSearchParams): ReadingGround {
  const why = form.get('why')?.trim() ?? '';
  const isLine = /^[^\p{Cc}\p{Cs}]{1,1000}$/u.test(why);
  return { why, faults: isLine ? [] : [{ field: 'why', text: 'Say why, in one line' }] };
}
