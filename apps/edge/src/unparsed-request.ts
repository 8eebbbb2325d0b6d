import { type Socket } from 'node:net';
import { readSspHeaders, Refusal, type RefusalCode } from '@ssp/spine';
import { answerHeaders } from './answer/answer-headers.ts';
import { refusalAnswer } from './answer/refusal-answer.ts';
import { beginExchange } from './exchange.ts';
import { completeExchange, type Recorders } from './stages/record.ts';

/**
 * Answers and audits what never became a request: bytes that are no HTTP, and a client certificate from a forged issuer,
 * whose handshake leaves an error behind that Node reports here instead of delivering the request (spec 4.4).
 */
export function answerUnparsed(
  settings: { readonly via: string; readonly errorFormat: 'xml' | 'json' },
  recorders: Recorders,
): (error: Error, socket: Socket) => void {
  return (error, socket) => {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    // A connection that just went away, or on which an answer is under way, must not get a second one.
    if (code === 'ECONNRESET' || !socket.writable || recorders.callers.isAnswerOwed(socket)) {
      socket.destroy();
      return;
    }
    // After a handshake that left an error Node may deliver the request as well: it has had its answer here.
    recorders.callers.dismiss(socket);
    const exchange = beginExchange({
      internalId: recorders.newId(),
      receivedAt: new Date(),
      startedAtMs: performance.now(),
      method: '-',
      requestTarget: '-',
      contentType: null,
      sspHeaders: readSspHeaders([]),
      bearer: { state: 'absent' },
      caller: recorders.callers.of(socket),
    });
    const refusal = new Refusal(refusalOf(code), {}, code);
    exchange.refusal = refusal.code;
    const wishes = { query: '', accept: undefined, contentType: undefined };
    const answer = refusalAnswer(refusal, exchange.internalId, wishes, settings.errorFormat);
    exchange.responseBytes = Buffer.byteLength(answer.body);
    const headers = [...answerHeaders(exchange, settings.via), ...answer.headers, 'Connection', 'close'];
    const lines = [`HTTP/1.1 ${answer.status} ${answer.statusText}`];
    for (let index = 0; index < headers.length; index += 2)
      lines.push(`${headers[index]}: ${headers[index + 1]}`);
    socket.end(`${lines.join('\r\n')}\r\n\r\n${answer.body}`);
    recorders.metrics.unparsedRequests.inc({ refusal: refusal.code });
    completeExchange(exchange, answer.status, recorders);
  };
}

function refusalOf(code: string): RefusalCode {
  if (code.startsWith('ERR_SSL_')) return 'certificate-untrusted';
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-request';
}
