import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { type CertificateFiles, type DevelopmentPki, listenOnLoopback } from '@ssp/testing';

/** A connection as the provider sees it. */
export type RawConnection = {
  readonly socket: TLSSocket;
  /** Everything that came, latin1. */
  readonly received: () => string;
  /** Ends it with a TCP reset. */
  readonly reset: () => void;
  /** Resolves when it is gone, however it ended. */
  readonly closed: Promise<void>;
};

/** Gets every head that has arrived whole; `nth` counts the heads of its connection from 1. */
type Answer = (connection: RawConnection, nth: number) => void;

/** A provider behind mutual TLS that answers with whatever bytes a test wants. */
export async function startRawProvider(
  pki: DevelopmentPki,
  resources: AsyncDisposableStack,
  certificate: Pick<CertificateFiles, 'cert' | 'key'> = pki.provider,
) {
  const connections: RawConnection[] = [];
  const wires = new Map<number | undefined, Socket>();
  const state: { answer: Answer } = { answer: ({ socket }) => void socket.destroy() };
  const server = createServer(
    {
      ca: readFileSync(pki.ca),
      cert: readFileSync(certificate.cert),
      key: readFileSync(certificate.key),
      requestCert: true,
    },
    (socket) => {
      let text = '';
      let heads = 0;
      const closed = Promise.withResolvers<void>();
      const wire = wires.get(socket.remotePort);
      const connection = {
        socket,
        received: () => text,
        closed: closed.promise,
        reset: () => void wire?.resetAndDestroy(),
      };
      connections.push(connection);
      socket.on('error', () => undefined);
      socket.on('close', () => closed.resolve());
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        for (const whole = text.split('\r\n\r\n').length - 1; heads < whole;)
          state.answer(connection, ++heads);
      });
    },
  );
  server.on('connection', (wire) => wires.set(wire.remotePort, wire));
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    server.close();
    for (const { socket } of connections) socket.destroy();
    await once(server, 'close');
  });
  return {
    address: `127.0.0.1:${port}`,
    connections,
    answerWith: (answer: Answer) => {
      state.answer = answer;
    },
  };
}

/** A sound answer with a length. */
export const soundAnswer = (body: string) =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
