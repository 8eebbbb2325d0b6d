import { type Stage } from '../exchange.ts';
import { type Audit } from '../audit.ts';

/**
 * Has the received event published at the end of this turn of the event loop, when the next stage has asked authz, which then works while the event
 * is written. `forward` waits until it is durable.
 */
export function announce(audit: Audit): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    const startedMs = performance.now();
    const turn = Promise.withResolvers<void>();
    const announced = turn.promise
      .then(() => audit.announce(exchange))
      .finally(() => {
        exchange.timings.announceMs = performance.now() - startedMs;
      });
    // Awaited in `forward`; an exchange that is refused before must not leave a rejection behind.
    announced.catch(() => undefined);
    exchange.announced = announced;
    next();
    // Behind the call that carries the ask.
    setImmediate(turn.resolve);
  };
}
