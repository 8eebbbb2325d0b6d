import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type TLSSocket } from 'node:tls';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import type { DevelopmentPki } from '../pki/pki-paths.ts';
import { readWire, type WireReading } from './strict-http.ts';

/** A provider that keeps every byte it is sent, and answers what a strict reader takes for a request. */
export interface WireProvider {
  /** `127.0.0.1:port`, for `EDGE_CONNECT_TO`. */
  readonly address: string;
  /** What came on each connection since the last `forget`, read strictly. */
  readings(): readonly (WireReading & { readonly bytes: Buffer; readonly isOpen: boolean })[];
  /** Begins anew: what is kept is dropped. */
  forget(): void;
}

type Recording = { bytes: Buffer; answered: number };

/** Starts the recorder on a free loopback port; each whole request is answered with 200 and its body. */
export async function startWireProvider(
  pki: DevelopmentPki,
  resources: AsyncDisposableStack,
): Promise<WireProvider> {
  const [ca, cert, key] = await Promise.all(
    [pki.ca, pki.provider.cert, pki.provider.key].map((it) => readFile(it)),
  );
  const recordings = new Map<TLSSocket, Recording>();
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ca, cert, key, requestCert: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      const recording = recordings.get(socket) ?? { bytes: Buffer.alloc(0), answered: 0 };
      recordings.set(socket, recording);
      recording.bytes = Buffer.concat([recording.bytes, chunk]);
      const { messages } = readWire(recording.bytes, 'request');
      for (const { body } of messages.slice(recording.answered)) {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
        socket.write(body);
      }
      recording.answered = messages.length;
    });
  });
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return {
    address: `127.0.0.1:${port}`,
    readings: () =>
      Array.from(recordings, ([socket, { bytes }]) => ({
        bytes,
        isOpen: sockets.has(socket),
        ...readWire(bytes, 'request'),
      })),
    forget: () => recordings.clear(),
  };
}
