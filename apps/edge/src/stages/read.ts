import { forwardedMethods, parseTarget, Refusal, targetLengthMax, type TargetTolerance } from '@ssp/spine';
import { type Stage } from '../exchange.ts';

const forwarded: ReadonlySet<string> = new Set(forwardedMethods);

/**
 * Checks method, target and Ssp headers; from here on the target is what was parsed, never the raw string.
 * `allow` is what a 405 names.
 */
export function readExchange(tolerance: TargetTolerance, allow: string): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    if (!forwarded.has(exchange.method)) throw new Refusal('method-not-allowed', { allow });
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
