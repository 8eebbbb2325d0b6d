import { type Socket } from 'node:net';
import { type Refusal } from '@ssp/spine';
import { answerHeaders } from '../answer/answer-headers.ts';
import { refusalAnswer } from '../answer/refusal-answer.ts';
import { type Exchange } from '../exchange.ts';
import { completeExchange, type Recorders } from '../stages/record.ts';

export type AnswerSettings = { readonly via: string; readonly errorFormat: 'xml' | 'json' };

/** Refuses on a socket that no response of Node's belongs to, audits it, and closes the connection. */
export function answerRaw(
  socket: Socket,
  exchange: Exchange,
  refusal: Refusal,
  wishes: { readonly accept: string | undefined; readonly contentType: string | undefined },
  settings: AnswerSettings,
  recorders: Recorders,
): void {
  exchange.refusal = refusal.code;
  exchange.refusalDetail = refusal.detail;
  const answer = refusalAnswer(refusal, exchange.internalId, { query: '', ...wishes }, settings.errorFormat);
  exchange.responseBytes = Buffer.byteLength(answer.body);
  const headers = [...answerHeaders(exchange, settings.via), ...answer.headers, 'Connection', 'close'];
  const lines = [`HTTP/1.1 ${answer.status} ${answer.statusText}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${answer.body}`);
  socket.destroySoon();
  completeExchange(exchange, answer.status, recorders);
}
