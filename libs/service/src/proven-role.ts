import { type IncomingMessage } from 'node:http';
import { type RoleOf } from './bearer-roles.ts';
import { Problem } from './problem.ts';

/**
 * The role that a request's bearer token proves.
 * @throws Problem 401 without a token in force, 403 where its role is not among the permitted ones; `what` completes
 * "may not"
 */
export function provenRole(
  req: Pick<IncomingMessage, 'headers'>,
  roleOf: RoleOf,
  permitted: readonly string[],
  what: string,
): string {
  const role = roleOf(req.headers.authorization);
  if (role === null) throw new Problem(401, 'Send Authorization: Bearer with a token that is in force.');
  if (!permitted.includes(role)) throw new Problem(403, `The role ${role} may not ${what}.`);
  return role;
}
