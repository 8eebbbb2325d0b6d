import { hasFalseNhsNumber, Refusal, tokenFault, tokenRefusal } from '@ssp/spine';
import { bearerOf, type Stage } from '../exchange.ts';
import { type PolicyOf } from '../interactions/interaction-policy.ts';

/** Checks what the interaction's policy asks of a request alone: method, token, and NHS numbers of the query where that is on. */
export function checkRequest(policyOf: PolicyOf, settings: { readonly nhsNumberCheck: boolean }): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    const { headers, target } = exchange;
    if (headers === null || target === null) throw new Error('checked before it was read');
    const policy = policyOf(headers.interactionId);
    exchange.policy = policy;
    if (policy.onlyMethods !== null && !policy.onlyMethods.includes(exchange.method)) {
      throw new Refusal('method-not-allowed', { allow: policy.onlyMethods.join(', ') });
    }
    if (policy.token.enforcement !== 'off') {
      const nowSeconds = exchange.receivedAt.getTime() / 1_000;
      const fault = tokenFault(bearerOf(exchange), policy.token, headers.from, nowSeconds);
      if (fault !== null) throw tokenRefusal(fault);
    }
    if (settings.nhsNumberCheck && hasFalseNhsNumber(target.query)) throw new Refusal('invalid-nhs-number');
    next();
  };
}
