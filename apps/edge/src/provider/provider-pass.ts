import { IncomingMessage, ServerResponse } from 'node:http';
import { planOf } from './forward-plan.ts';
import { ProviderLeg } from './provider-leg.ts';

/**
 * The pass by which http-proxy-middleware sends a request. Returning true ends the middleware's chain, so every failure from
 * here on is answered by the leg.
 */
export function providerPass(req: object, res: object): true {
  const plan = planOf(res);
  if (plan === null || !(req instanceof IncomingMessage) || !(res instanceof ServerResponse)) {
    throw new Error('forwarded without a plan');
  }
  new ProviderLeg(plan, req, res).start();
  return true;
}
