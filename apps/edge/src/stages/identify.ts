import { Refusal } from '@ssp/spine';
import { type Stage } from '../exchange.ts';
import { type Revocation } from '../tls/revocation.ts';

/**
 * Refuses a caller whose certificate does not hold now. Looked at for every request: a connection may be older than
 * the CRL that revokes its certificate.
 */
export function identify(revocation: Revocation): Stage {
  return (_req, res, next) => {
    const { caller } = res.locals.exchange;
    const fault = revocation.faultOf(caller, Date.now());
    if (fault !== null)
      throw new Refusal(fault, {}, `${fault}: ${caller.certificate?.dn ?? 'no certificate'}`);
    next();
  };
}
