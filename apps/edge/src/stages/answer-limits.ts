import { type IncomingMessage } from 'node:http';
import { isAsid, Refusal } from '@ssp/spine';
import { answerHeaders } from '../answer/answer-headers.ts';
import { type Audit } from '../audit.ts';
import { type ExchangeResponse, type Stage } from '../exchange.ts';
import { hasBody } from '../has-body.ts';
import { limitsHtml, limitsPagePolicy } from '../limits-page/limits-html.ts';
import { type AskOwnUse, type OwnUse } from '../limits-page/open-own-use.ts';
import { pageFormat } from '../limits-page/page-format.ts';
import { Visits } from '../limits-page/visits.ts';

const path = '/.well-known/ssp/limits';
const targetLengthMax = 1_024;

/**
 * Answers a consumer who asks after its own limits; its certificate says whose they are. It is no exchange with a provider: it
 * needs no Ssp headers, and takes from no limit but one of its own.
 */
export function answerLimits(
  askOwnUse: AskOwnUse,
  announced: Audit['announced'],
  settings: { readonly via: string },
): Stage {
  const visits = new Visits();
  const answer = async (query: URLSearchParams, req: IncomingMessage, res: ExchangeResponse) => {
    const { exchange } = res.locals;
    if (exchange.method !== 'GET') throw new Refusal('method-not-allowed', { allow: 'GET' });
    const { certificate } = exchange.caller;
    if (certificate === null) throw new Error('answered before it was identified');
    if (!visits.admit(certificate.x509.fingerprint256, performance.now()))
      throw new Refusal('limits-page-limit');
    const asid = query.get('asid');
    if (asid !== null && !isAsid(asid)) throw new Refusal('malformed-request', { detail: 'query' });
    const use = await askOwnUse(certificate.names, asid);
    await announced(exchange);
    // Who has hung up is no longer answered.
    if (res.destroyed) return;
    exchange.outcome = 'answered';
    const headers = answerHeaders(exchange, settings.via);
    if (hasBody(req) && !req.complete) headers.push('Connection', 'close');
    send(res, headers, use, pageFormat(query, req.headers.accept));
  };
  return (req, res, next) => {
    const query = queryOf(res.locals.exchange.requestTarget);
    return query === null ? next() : answer(query, req, res);
  };
}

/** Null where something else is asked for, as nearly always; told by two characters. */
function queryOf(requestTarget: string): URLSearchParams | null {
  if (!requestTarget.startsWith('/.')) return null;
  if (requestTarget === path) return new URLSearchParams();
  if (!requestTarget.startsWith(`${path}?`)) return null;
  if (requestTarget.length > targetLengthMax) throw new Refusal('target-too-long');
  return new URLSearchParams(requestTarget.slice(path.length));
}

function send(res: ExchangeResponse, headers: string[], use: OwnUse, format: 'html' | 'json'): void {
  const at = new Date().toISOString();
  const body = format === 'html' ? limitsHtml(use, at) : `${JSON.stringify({ at, ...use })}\n`;
  const bytes = Buffer.byteLength(body);
  headers.push('Content-Type', format === 'html' ? 'text/html; charset=utf-8' : 'application/json');
  headers.push(
    'Content-Length',
    String(bytes),
    'Cache-Control',
    'no-store',
    'Referrer-Policy',
    'no-referrer',
  );
  headers.push('Content-Security-Policy', limitsPagePolicy, 'X-Content-Type-Options', 'nosniff');
  res.locals.exchange.responseBytes = bytes;
  res.writeHead(200, 'OK', headers);
  res.end(body);
}
