import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Refusal } from '@ssp/spine';
import { exchangeOf, type Recorders } from '../stages/record.ts';
import { type Caller } from '../tls/caller.ts';
import { type AnswerSettings, answerRaw } from './answer-raw.ts';
import { type Connections, inTurn } from './connections.ts';

/** Refuses CONNECT, for which Node hands out the bare socket; without a listener it would hang up without a word. */
export function refuseConnect(
  settings: AnswerSettings,
  recorders: Recorders,
  connections: Connections,
  refusalOf: (caller: Caller) => Refusal,
): (req: IncomingMessage, socket: Duplex) => void {
  return (req, duplex) => {
    const { socket } = req;
    // Node has taken its own listener away.
    duplex.on('error', () => undefined);
    const connection = connections.of(socket);
    if (connection === undefined || connection.isFull || connection.isBroken) {
      socket.destroy();
      return;
    }
    connection.isFull = true;
    inTurn(connection, () => {
      const exchange = exchangeOf(req, req.url ?? '-', recorders);
      const wishes = { accept: req.headers.accept, contentType: req.headers['content-type'] };
      answerRaw(socket, exchange, refusalOf(exchange.caller), wishes, settings, recorders);
    });
  };
}
