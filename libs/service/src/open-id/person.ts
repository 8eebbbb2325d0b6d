import { z } from 'zod';

/** The roles that people can have. */
export const personRoles = ['billing', 'supplier', 'auditor', 'operator'] as const;
export type PersonRole = (typeof personRoles)[number];

const text = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((value) => !/\p{Cc}/u.test(value), 'control characters are not allowed');

/**
 * A person, from the claims of a token: `sub`, `name`, `ssp_role` and, for the role supplier and for it alone, `ssp_supplier`. Who is of
 * a supplier that is not named has no role.
 */
export const Person = z
  .object({
    sub: text,
    name: text.optional(),
    ssp_role: z.enum(personRoles),
    ssp_supplier: text.optional(),
  })
  .transform(({ sub, name, ssp_role: role, ssp_supplier: supplier }, ctx) => {
    if (role === 'supplier' && supplier === undefined) {
      ctx.addIssue({ code: 'custom', path: ['ssp_supplier'], message: 'the role supplier needs a supplier' });
      return z.NEVER;
    }
    return {
      role,
      name: name ?? sub,
      subject: sub,
      supplier: role === 'supplier' && supplier !== undefined ? supplier : null,
    };
  });
export type Person = z.output<typeof Person>;
