import { type Caller } from '../caller.ts';
import { Problem } from '../problem.ts';
import { type Request } from 'express';
import { z } from 'zod';

const User = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/)
  .optional();

/**
 * Who makes a change, as history and audit name them.
 * @throws Problem 403 for a role that may only read, 400 for a name of a person that is none
 */
export function whoChanges(req: Pick<Request, 'headers'>, caller: Caller): string {
  if (caller.role !== 'operator') throw new Problem(403, `The role ${caller.role} may not change anything.`);
  const person = personBehind(req, caller);
  return person === undefined ? caller.role : `${caller.role}:${person}`;
}

/**
 * The person behind a call. One who came with a token of their own is named by it, `Ada Lovelace (ada)`, and by nothing else; behind a
 * machine's token stands whom it tells by `x-ssp-user`, which holds no blank, so that neither can be taken for the other.
 * @throws Problem 400 for a name that is none
 */
export function personBehind(
  req: Pick<Request, 'headers'>,
  { name, subject }: Pick<Caller, 'name' | 'subject'>,
): string | undefined {
  if (subject !== null) return `${name} (${subject})`;
  const user = User.safeParse(req.headers['x-ssp-user']);
  if (!user.success) throw new Problem(400, 'x-ssp-user: give at most 100 visible ASCII characters.');
  return user.data;
}
