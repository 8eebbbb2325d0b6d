import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import { type Socket } from 'node:net';
import { type Drained, type DrainedConnection } from './drain.ts';

type Connection = DrainedConnection & {
  isBusy: boolean;
  idleSinceMs: number;
  response: ServerResponse | null;
};

/** Keeps account of an HTTP server's connections from now on, so that it can be drained. */
export function keepAccount(server: Server): Drained<DrainedConnection> {
  const all = new Map<Socket, Connection>();
  let isDraining = false;
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    all.set(socket, { socket, isBusy: false, idleSinceMs: performance.now(), response: null });
    socket.once('close', () => all.delete(socket));
  });
  // Before the handler, which may answer at once.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (isDraining) response.shouldKeepAlive = false;
    const connection = all.get(socket);
    if (connection === undefined) return;
    Object.assign(connection, { isBusy: true, response });
    response.once('close', () => {
      // A request that was sent ahead may have taken its place.
      if (connection.response !== response) return;
      Object.assign(connection, { isBusy: false, idleSinceMs: performance.now(), response: null });
    });
  });
  return {
    connections: () => all.values(),
    lastAnswers: () => {
      isDraining = true;
      for (const { response } of all.values())
        if (response?.headersSent === false) response.shouldKeepAlive = false;
    },
    end: ({ socket }) => socket.destroySoon(),
  };
}
