import { type RequestListener, type Server as HttpServer } from 'node:http';
import { type Server as HttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { type Refusal } from '@ssp/spine';
import { type ListenAddress, takeAddress } from '@ssp/service';
import { type Logger } from 'pino';
import { type EdgeMetrics } from '../metrics.ts';
import { type Recorders } from '../stages/record.ts';
import { type Caller } from '../tls/caller.ts';
import { type AnswerSettings } from './answer-raw.ts';
import { endBrokenMessage } from './broken-message.ts';
import { type Connections } from './connections.ts';
import { type DoorLimits } from './door-limits.ts';
import { drainDoor } from './drain-door.ts';
import { byFirstByte } from './first-byte.ts';
import { handshakeFailure, type HandshakeFailure } from './handshake-failure.ts';
import { refuseConnect } from './refuse-connect.ts';
import { takeTurns } from './take-turns.ts';

/** One of the two servers behind the front; neither listens itself. */
export type Speaker = {
  readonly server: HttpServer | HttpsServer;
  readonly listener: RequestListener;
  /** Why CONNECT is refused here, and a method that Node's parser does not know. */
  readonly methodRefusal: (caller: Caller) => Refusal;
};

/**
 * Listens for consumers, and hands each connection to the server that speaks its language. On release it drains.
 * @returns the address in use
 */
export async function openDoor(
  address: ListenAddress,
  speakers: { readonly tls: Speaker & { readonly server: HttpsServer }; readonly plain: Speaker },
  settings: AnswerSettings & { readonly limits: DoorLimits; readonly drainGraceMs: number },
  parts: {
    readonly connections: Connections;
    readonly recorders: Recorders;
    readonly metrics: EdgeMetrics;
    readonly log: Logger;
    readonly resources: AsyncDisposableStack;
  },
): Promise<ListenAddress> {
  const { connections, recorders, metrics, log, resources } = parts;
  const { limits } = settings;
  const draining = { now: false };
  const failed = (reason: HandshakeFailure, remoteAddress: string | undefined) => {
    metrics.handshakesFailed.inc({ reason });
    if (reason !== 'silent') log.info({ reason, remoteAddress }, 'handshake failed');
  };

  for (const { server, listener, methodRefusal } of Object.values(speakers)) {
    const take = takeTurns(connections, limits, () => draining.now, listener);
    server.on('request', take);
    server.on('checkContinue', take);
    server.on('checkExpectation', take);
    server.on('connect', refuseConnect(settings, recorders, connections, methodRefusal));
    server.on('clientError', endBrokenMessage(settings, recorders, connections, methodRefusal));
    // Node drops headers beyond its limit without a word; ours is in `check-message`.
    server.maxHeadersCount = 0;
    server.timeout = limits.idleTimeoutMs;
    // It never listens, yet only then does Node watch the timeouts of heads and requests.
    server.emit('listening');
    resources.defer(() => void server.close());
  }
  const { tls, plain } = speakers;
  tls.server.on('secureConnection', connections.open);
  tls.server.on('tlsClientError', (error, socket) => failed(handshakeFailure(error), socket.remoteAddress));
  plain.server.on('connection', connections.open);

  const front = createServer(
    { allowHalfOpen: true, noDelay: true },
    byFirstByte(
      {
        tls: (socket) => tls.server.emit('connection', socket),
        plain: (socket) => plain.server.emit('connection', socket),
        silent: (socket) => failed('silent', socket.remoteAddress),
      },
      limits.silentTimeoutMs,
    ),
  );
  front.maxConnections = limits.connections;
  front.on('drop', () => metrics.connectionsDropped.inc());
  const taken = await takeAddress(front, address);
  resources.defer(() => drainDoor(front, connections, draining, settings.drainGraceMs));
  return taken;
}
