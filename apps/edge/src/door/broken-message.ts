import { type Socket } from 'node:net';
import { readSspHeaders, Refusal } from '@ssp/spine';
import { beginExchange, type Exchange } from '../exchange.ts';
import { type Recorders } from '../stages/record.ts';
import { type Caller } from '../tls/caller.ts';
import { type AnswerSettings, answerRaw } from './answer-raw.ts';
import { type Connection, type Connections, inTurn } from './connections.ts';
import { hasUnknownMethod } from './unknown-method.ts';

/**
 * Ends what can no longer be read: bytes that are no HTTP, a message that takes too long, and a certificate from a
 * forged issuer, whose handshake leaves an error behind that Node reports here (spec 4.4). Requests that came whole
 * before it get their answers first. `methodRefusal` tells how a method is refused that Node's parser does not know.
 */
export function endBrokenMessage(
  settings: AnswerSettings,
  recorders: Recorders,
  connections: Connections,
  methodRefusal: (caller: Caller) => Refusal,
): (error: Error, socket: Socket) => void {
  return (error, socket) => {
    const connection = connections.of(socket);
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    // Node tells it again with whatever else arrives.
    if (connection?.isBroken === true && (code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT')) {
      if (code === 'HPE_INVALID_EOF_STATE') socket.destroy();
      return;
    }
    if (connection === undefined || !socket.writable || code === 'ECONNRESET' || code === 'EPIPE') {
      socket.destroy();
      return;
    }
    if (code.startsWith('ERR_SSL_') && connection.requests > 0) {
      socket.destroy();
      return;
    }
    connection.isBroken = true;
    // Whoever goes away within a body has hung up.
    if (code === 'HPE_INVALID_EOF_STATE' && connection.latest?.complete === false) {
      socket.destroy();
      return;
    }
    // Nothing was asked on it, so nothing is answered.
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && isSilent(connection)) {
      socket.destroy();
      return;
    }
    const refusal = hasUnknownMethod(error) ? methodRefusal(recorders.callers.of(socket)) : refusalOf(code);
    recorders.metrics.unparsedRequests.inc({ refusal: refusal.code });
    if (connection.latest?.complete === false) {
      breakOff(connection, refusal, settings, recorders);
      return;
    }
    if (connection.isFull) return;
    inTurn(connection, () => refuseUnread(connection, refusal, settings, recorders));
  };
}

/** Ends the request whose body broke. */
function breakOff(
  connection: Connection,
  refusal: Refusal,
  settings: AnswerSettings,
  recorders: Recorders,
): void {
  const { socket, waiting } = connection;
  if (waiting.length > 0) {
    // It is the last that waits, and has not been taken up.
    waiting.pop();
    inTurn(connection, () => refuseUnread(connection, refusal, settings, recorders));
    return;
  }
  const { response } = connection;
  if (response === null || !hasExchange(response)) {
    socket.destroy();
    return;
  }
  const { exchange } = response.locals;
  exchange.broken = refusal;
  exchange.breakOff?.(refusal);
}

function hasExchange(res: object): res is { readonly locals: { readonly exchange: Exchange } } {
  return 'locals' in res && typeof res.locals === 'object' && res.locals !== null && 'exchange' in res.locals;
}

function refuseUnread(
  connection: Connection,
  refusal: Refusal,
  settings: AnswerSettings,
  recorders: Recorders,
): void {
  const exchange = beginExchange({
    internalId: recorders.newId(),
    receivedAt: new Date(),
    startedAtMs: performance.now(),
    method: '-',
    requestTarget: '-',
    contentType: null,
    sspHeaders: readSspHeaders([]),
    traceparent: null,
    authorization: undefined,
    caller: recorders.callers.of(connection.socket),
  });
  const wishes = { accept: undefined, contentType: undefined };
  answerRaw(connection.socket, exchange, refusal, wishes, settings, recorders);
}

/** Whether no request, nor a part of one, has come. */
function isSilent({ requests, socket, handshakeBytes }: Connection): boolean {
  return requests === 0 && socket.bytesRead === handshakeBytes;
}

function refusalOf(code: string): Refusal {
  if (code.startsWith('ERR_SSL_')) return new Refusal('certificate-untrusted', {}, code);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal('request-timeout', {}, code);
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal('headers-too-large', {}, code);
  return new Refusal('malformed-request', { detail: details[code] ?? 'unreadable' }, code);
}

const details: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: 'method',
  HPE_INVALID_URL: 'target',
  HPE_INVALID_VERSION: 'http-version',
  HPE_INVALID_CONSTANT: 'request-line',
  HPE_INVALID_HEADER_TOKEN: 'header-token',
  HPE_INVALID_CONTENT_LENGTH: 'content-length',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'content-length-unexpected',
  HPE_INVALID_TRANSFER_ENCODING: 'transfer-coding',
  HPE_INVALID_CHUNK_SIZE: 'chunk-size',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'chunk-extensions',
  HPE_LF_EXPECTED: 'bare-carriage-return',
  HPE_CR_EXPECTED: 'bare-line-feed',
  HPE_STRICT: 'line-ending',
  HPE_CLOSED_CONNECTION: 'after-close',
  HPE_INVALID_EOF_STATE: 'cut-off',
};
