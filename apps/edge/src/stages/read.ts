import { parseTarget, Refusal, targetLengthMax, type TargetTolerance } from '@ssp/spine';
import { type Stage } from '../exchange.ts';

/** The methods that are forwarded (spec 2.1, 17.26). */
export const forwardedMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);

/** Checks method, target and Ssp headers; from here on the target is what was parsed, never the raw string. */
export function readExchange(tolerance: TargetTolerance): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    if (!forwardedMethods.has(exchange.method)) throw new Refusal('method-not-allowed');
    if (exchange.requestTarget.length > targetLengthMax) throw new Refusal('target-too-long');
    const parsed = parseTarget(exchange.requestTarget, tolerance);
    if (!parsed.ok) throw new Refusal('invalid-target', { detail: parsed.fault }, parsed.fault);
    exchange.target = parsed.target;
    const headers = exchange.sspHeaders;
    if (!headers.ok) {
      throw new Refusal('missing-or-invalid-header', { header: headers.header, detail: headers.fault });
    }
    exchange.headers = headers.headers;
    next();
  };
}
