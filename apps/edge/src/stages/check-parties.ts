import { tokenPartyFault, tokenRefusal } from '@ssp/spine';
import { bearerOf, type Stage } from '../exchange.ts';

/** Holds a token that is checked in full against what authz said of sender and endpoint. */
export function checkParties(): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    const { allowed, policy } = exchange;
    if (policy?.token.enforcement === 'full') {
      const bearer = bearerOf(exchange);
      if (allowed === null || bearer.state !== 'read') throw new Error('checked before it was allowed');
      const facts = { endpoint: allowed.endpoint, senderOds: allowed.parties.senderOds };
      const fault = tokenPartyFault(bearer.claims, facts, policy.audiences);
      if (fault !== null) throw tokenRefusal(fault);
    }
    next();
  };
}
