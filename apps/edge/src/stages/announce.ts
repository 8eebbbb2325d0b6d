import { type Stage } from '../exchange.ts';
import { type Audit } from '../audit.ts';

/** Starts to publish the received event; `forward` waits until it is durable. */
export function announce(audit: Audit): Stage {
  return (_req, res, next) => {
    const { exchange } = res.locals;
    const startedMs = performance.now();
    const announced = audit.announce(exchange).finally(() => {
      exchange.timings.announceMs = performance.now() - startedMs;
    });
    // Awaited in `forward`; an exchange that is refused before must not leave a rejection behind.
    announced.catch(() => undefined);
    exchange.announced = announced;
    next();
  };
}
