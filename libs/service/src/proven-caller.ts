import { type IncomingMessage } from 'node:http';
import { type Caller, type CallerOf } from './caller.ts';
import { Problem } from './problem.ts';

/**
 * Who a request's bearer token proves to have sent it. Where `supplier` is among the permitted roles the answer must hold nothing of other
 * suppliers than the caller's.
 * @throws Problem 401 without a token in force, 403 where its role is not among the permitted ones, 503 where nobody can say now;
 * `what` completes "may not"
 */
export async function provenCaller(
  req: Pick<IncomingMessage, 'headers'>,
  callerOf: CallerOf,
  permitted: readonly string[],
  what: string,
): Promise<Caller> {
  const caller = await callerOf(req.headers.authorization);
  if (caller === null) throw new Problem(401, 'Send Authorization: Bearer with a token that is in force.');
  if (!permitted.includes(caller.role)) throw new Problem(403, `The role ${caller.role} may not ${what}.`);
  if (caller.role === 'supplier' && caller.supplier === null) {
    throw new Problem(403, 'The token is of no one supplier, so there is nothing that it may see.');
  }
  return caller;
}
