import { type ThrottleAnswer, type ThrottleScope } from '@ssp/contracts';
import { Refusal, type RefusalCode } from '@ssp/spine';
import { allowanceDetail, allowanceText } from '../answer/allowance-text.ts';
import { type Stage, traceOf } from '../exchange.ts';
import { type Throttle } from '../in-flight/open-throttle.ts';

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

/**
 * Asks throttle for room, only now that the exchange is authorised: a stranger cannot spend a provider's capacity. One that is
 * not admitted is in flight no longer, however long its refusal takes to be read.
 */
export function admit(throttle: Throttle): Stage {
  return async (_req, res, next) => {
    // Who has hung up takes no room, and nobody would say that it has ended.
    if (res.destroyed) return;
    const { exchange } = res.locals;
    if (exchange.headers === null) throw new Error('asked before it was read');
    const { from, to, interactionId } = exchange.headers;
    const supplier = exchange.decision?.parties.supplier ?? null;
    const place = throttle.place({ from, to, interactionId, supplier, ...traceOf(exchange) });
    exchange.place = place;
    const startedMs = performance.now();
    let answer: ThrottleAnswer;
    try {
      answer = await throttle.ask(place);
    } catch (cause) {
      place.end();
      throw new Refusal('throttle-unavailable', {}, 'throttle gave no answer', { cause });
    } finally {
      exchange.timings.admitMs = performance.now() - startedMs;
    }
    if (answer.admission !== 'admit') place.end();
    if (answer.admission === 'unreadable') {
      throw new Refusal('throttle-unavailable', {}, `throttle could not read the ask: ${answer.fault}`);
    }
    exchange.admission = answer;
    if (answer.admission === 'unavailable') {
      throw new Refusal('throttle-unavailable', {}, `the limit ${answer.rule} is not counted`);
    }
    if (answer.admission === 'refuse') {
      const allowance = allowanceText(answer);
      throw new Refusal(refusals[answer.scope], { from, to, allowance, detail: allowanceDetail(answer) });
    }
    next();
  };
}
