import { type RoleOf } from '@ssp/service';
import { type RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** Lets requests pass whose bearer token proves one of the roles. */
export function permitRoles(roleOf: RoleOf, permitted: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    const role = roleOf(req.headers.authorization);
    if (role === null) throw new Problem(401, 'Send Authorization: Bearer with a token that is in force.');
    if (!permitted.includes(role)) throw new Problem(403, `The role ${role} may not read usage.`);
    next();
  };
}
