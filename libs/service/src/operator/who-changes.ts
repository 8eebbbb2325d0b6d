import { type RoleOf } from '../bearer-roles.ts';
import { Problem } from '../problem.ts';
import { provenRole } from '../proven-role.ts';
import { type Request } from 'express';
import { z } from 'zod';

const User = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/)
  .optional();

/**
 * Who makes a change, as history and audit name them: the token's role and, where the caller tells it by `x-ssp-user`,
 * the person behind it.
 * @throws Problem 403 for a role that may only read, 400 for a name of a person that is none
 */
export function whoChanges(req: Pick<Request, 'headers'>, roleOf: RoleOf): string {
  const role = provenRole(req, roleOf, ['operator'], 'change anything');
  const user = personBehind(req);
  return user === undefined ? role : `${role}:${user}`;
}

/** The person behind a call, where the caller tells it by `x-ssp-user`. @throws Problem 400 for a name that is none */
export function personBehind(req: Pick<Request, 'headers'>): string | undefined {
  const user = User.safeParse(req.headers['x-ssp-user']);
  if (!user.success) throw new Problem(400, 'x-ssp-user: give at most 100 visible ASCII characters.');
  return user.data;
}
