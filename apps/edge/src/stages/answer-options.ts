import { type IncomingMessage } from 'node:http';
import { forwardedMethodList } from '@ssp/spine';
import { answerHeaders } from '../answer/answer-headers.ts';
import { type Cors } from '../answer/cors.ts';
import { type Audit } from '../audit.ts';
import { type Exchange, type ExchangeResponse, type Stage } from '../exchange.ts';
import { hasBody } from '../has-body.ts';
import { type PolicyOf } from '../interactions/interaction-policy.ts';

/**
 * Answers OPTIONS where CORS is on. Browsers send no Ssp headers and no token with it, so neither is asked for; the
 * certificate was (spec 17.16).
 */
export function answerOptions(
  cors: Cors,
  policyOf: PolicyOf,
  announced: Audit['announced'],
  settings: { readonly via: string; readonly maxAgeSeconds: number },
): Stage {
  const answer = async (req: IncomingMessage, res: ExchangeResponse) => {
    const { exchange } = res.locals;
    await announced(exchange);
    if (res.destroyed) return;
    const methods = methodsFor(exchange, policyOf);
    const headers = answerHeaders(exchange, settings.via);
    // The second, ordinarily a header of requests, is what the national test suite looks at (spec 3.2).
    headers.push('Allow', methods, 'Access-Control-Request-Method', methods);
    if (cors.admits(req.headers.origin)) {
      headers.push('Access-Control-Allow-Methods', methods);
      headers.push('Access-Control-Allow-Headers', allowedHeaders(req));
      headers.push('Access-Control-Max-Age', String(settings.maxAgeSeconds));
    }
    headers.push('Content-Length', '0');
    if (hasBody(req) && !req.complete) headers.push('Connection', 'close');
    exchange.outcome = 'answered';
    res.writeHead(200, 'OK', headers);
    res.end();
  };
  return (req, res, next) => (res.locals.exchange.method === 'OPTIONS' ? answer(req, res) : next());
}

function methodsFor(exchange: Exchange, policyOf: PolicyOf): string {
  const { interactionId } = exchange.sspHeaders.found;
  return interactionId === undefined ? forwardedMethodList : policyOf(interactionId).resourceMethods;
}

const usualHeaders =
  'Accept, Authorization, Cache-Control, Content-Type, If-Match, If-None-Match, Prefer, Ssp-TraceID, Ssp-From, Ssp-To, Ssp-InteractionID';
const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;

/** Headers carry no right here: what a page wants to send it may, where it is a list of header names. */
function allowedHeaders(req: IncomingMessage): string {
  const asked = req.headers['access-control-request-headers'];
  return asked !== undefined && asked.length <= 1_024 && headerNames.test(asked) ? asked : usualHeaders;
}
