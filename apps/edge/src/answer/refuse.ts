import { looseQuery, Refusal } from '@ssp/spine';
import { type NextFunction, type Request } from 'express';
import { type Logger } from 'pino';
import { type Audit } from '../audit.ts';
import { type ExchangeResponse, traceOf } from '../exchange.ts';
import { hasBody } from '../has-body.ts';
import { answerHeaders } from './answer-headers.ts';
import { visitAgainSeconds } from '../limits-page/visits.ts';
import { refusalAnswer } from './refusal-answer.ts';

/** After these the connection is closed: nothing that follows on it could be answered otherwise (spec 4.3). */
const closing: ReadonlySet<number> = new Set([495, 496, 497, 400, 408, 414, 417, 431]);

/**
 * The only place where a failure of the path becomes an answer. Nobody gets one before its received event is durable, or cannot be: a
 * refusal that waited for a disk to come back would keep the consumer from asking again.
 */
export function refuse(
  settings: { readonly via: string; readonly errorFormat: 'xml' | 'json' },
  announced: Audit['announced'],
  log: Logger,
) {
  return async (error: unknown, req: Request, res: ExchangeResponse, _next: NextFunction) => {
    const { exchange } = res.locals;
    const refusal =
      error instanceof Refusal ? error : new Refusal('internal', {}, 'unexpected', { cause: error });
    exchange.refusal = refusal.code;
    exchange.refusalDetail = refusal.detail;
    exchange.outcome = exchange.forwardedAtMs === null ? 'refused' : 'failed';
    if (refusal.code === 'internal')
      log.error(
        { err: refusal, internalId: exchange.internalId, ...traceOf(exchange) },
        'unexpected failure',
      );
    else if (refusal.cause !== undefined) {
      log.warn(
        { err: refusal, internalId: exchange.internalId, ...traceOf(exchange), code: refusal.code },
        'exchange not completed',
      );
    }
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return;
    }
    await announced(exchange);
    // Who has hung up meanwhile is no longer answered.
    if (res.destroyed) return;
    const wishes = {
      query: exchange.target?.query ?? looseQuery(exchange.requestTarget),
      accept: req.headers.accept,
      contentType: req.headers['content-type'],
    };
    const answer = refusalAnswer(refusal, exchange.internalId, wishes, settings.errorFormat);
    const headers = [...answerHeaders(exchange, settings.via), ...answer.headers];
    if (refusal.code === 'limits-page-limit') headers.push('Retry-After', String(visitAgainSeconds));
    else if (refusal.status === 503 && exchange.admission?.admission !== 'refuse')
      headers.push('Retry-After', '1');
    // A body that nobody will read would have to be drained before the connection could serve again.
    if (closing.has(refusal.status) || (hasBody(req) && !req.complete)) headers.push('Connection', 'close');
    // Node keeps the body of an answer to HEAD to itself.
    exchange.responseBytes = exchange.method === 'HEAD' ? 0 : Buffer.byteLength(answer.body);
    res.writeHead(answer.status, answer.statusText, headers);
    res.end(answer.body);
  };
}
