import { type Cors } from '../answer/cors.ts';
import { type Stage } from '../exchange.ts';

/**
 * Has every answer tell the page that asks whether it may read it. Refusals for a certificate too: they say nothing but why,
 * and the preflight that one of them refuses fails all the same, for it is not a success (spec 3.2, 17.16).
 */
export function openToPages(cors: Cors): Stage {
  return (req, res, next) => {
    res.locals.exchange.crossOrigin = cors.headersFor(req.headers.origin);
    next();
  };
}
