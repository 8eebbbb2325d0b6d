import { type ThrottleAnswer, type ThrottleAsk, type ThrottleScope } from '@ssp/contracts';
import { Refusal, type RefusalCode } from '@ssp/spine';
import { allowanceText } from '../answer/allowance-text.ts';
import { type Stage } from '../exchange.ts';

const refusals = {
  consumer: 'consumer-limit',
  'consumer-interaction': 'consumer-limit',
  'consumer-provider': 'consumer-limit',
  provider: 'provider-limit',
  'provider-interaction': 'provider-limit',
  'provider-share': 'provider-share-limit',
  'provider-in-flight': 'provider-in-flight-limit',
  supplier: 'supplier-limit',
  global: 'global-limit',
  'edge-in-flight': 'edge-in-flight-limit',
} as const satisfies Readonly<Record<ThrottleScope, RefusalCode>>;

/** Asks throttle for room, only now that the exchange is authorised: a stranger cannot spend a provider's capacity. */
export function admit(ask: (ask: ThrottleAsk) => Promise<ThrottleAnswer>): Stage {
  return async (_req, res, next) => {
    const { exchange } = res.locals;
    if (exchange.headers === null) throw new Error('asked before it was read');
    const { from, to, interactionId } = exchange.headers;
    const startedMs = performance.now();
    const answer = await ask({
      from,
      to,
      interactionId,
      supplier: exchange.decision?.parties.supplier ?? null,
    })
      .catch((cause: unknown) => {
        throw new Refusal('throttle-unavailable', {}, 'throttle gave no answer', { cause });
      })
      .finally(() => {
        exchange.timings.admitMs = performance.now() - startedMs;
      });
    if (answer.admission === 'unreadable') {
      throw new Refusal('throttle-unavailable', {}, `throttle could not read the ask: ${answer.fault}`);
    }
    exchange.admission = answer;
    if (answer.admission === 'unavailable') {
      throw new Refusal('throttle-unavailable', {}, `the limit ${answer.rule} is not counted`);
    }
    if (answer.admission === 'refuse') {
      throw new Refusal(refusals[answer.scope], { from, to, allowance: allowanceText(answer) });
    }
    next();
  };
}
