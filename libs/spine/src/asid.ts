import { z } from 'zod';

const form = /^\d{12}$/;

/** Accredited System Identifier: twelve digits, one per organisation and system (spec 3.1, 6.2). */
export const Asid = z.string().regex(form, 'an ASID is twelve digits');
export type Asid = z.infer<typeof Asid>;

/** The same check as the schema's, for where a schema's cost counts. */
export function isAsid(text: string): text is Asid {
  return form.test(text);
}
