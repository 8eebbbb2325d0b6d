import { type Response } from 'express';
import { z } from 'zod';

/** Whom the pages are made for; a person has one role. */
export const roles = ['billing', 'supplier', 'auditor', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who has signed in. */
export const Person = z.object({
  name: z.string(),
  role: z.enum(roles),
  /** The supplier whose figures alone a person of that role may see; null for the other roles. */
  supplier: z.string().nullable(),
  /** What the APIs are asked with: they decide themselves what it permits. */
  accessToken: z.string(),
});
export type Person = z.infer<typeof Person>;

/** The person that an earlier handler proved and left as `res.locals.person`. */
export function personOf(res: Response): Person {
  return Person.parse(res.locals['person']);
}
