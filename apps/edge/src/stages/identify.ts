import { Refusal } from '@ssp/spine';
import { type Stage } from '../exchange.ts';
import { type Caller } from '../tls/caller.ts';
import { type Standing, type StandingOf } from '../tls/standings.ts';

/**
 * Refuses a caller whose certificate does not hold now. Looked at for every request: a connection, or the session that it
 * resumes, may be older than the CRL that revokes its certificate.
 */
export function identify(standingOf: StandingOf): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    const standing = standingOf(exchange.caller, Date.now());
    const refusal = certificateRefusal(exchange.caller, standing);
    if (refusal !== null) throw refusal;
    exchange.revocation = standing.revocation;
    next();
  };
}

/** How a caller is refused for its certificate; null for one that is not. */
export function certificateRefusal({ certificate }: Caller, { fault }: Standing): Refusal | null {
  if (fault === null) return null;
  const { code, detail } = fault;
  const facts = detail === undefined ? {} : { detail };
  return new Refusal(code, facts, `${code}: ${certificate?.dn ?? 'no certificate'}`);
}
