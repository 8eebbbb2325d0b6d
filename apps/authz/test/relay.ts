import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '@ssp/testing';

/** A way to a TCP server that a test can lose and mend. */
export type Relay = {
  readonly port: number;
  /** Connections break, and no new one is made. */
  readonly cut: () => void;
  /** Connections stay, and new ones are made, but nothing goes over them any more. */
  readonly stall: () => void;
  readonly mend: () => void;
  /** How many bytes the server has answered so far. */
  readonly answeredBytes: () => number;
};

export async function startRelay(
  to: { readonly host: string; readonly port: number },
  resources: AsyncDisposableStack,
  /** Told how many bytes the server has answered so far. */
  onAnswered: (bytes: number) => void = () => undefined,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  let answeredBytes = 0;
  let isCut = false;
  let isStalled = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    if (isStalled) return near.on('error', () => undefined).resume();
    const far = connect(to.port, to.host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    far.on('data', ({ length }: Buffer) => onAnswered((answeredBytes += length)));
    return near;
  });
  const port = await listenOnLoopback(server);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const stall = () => {
    isStalled = true;
    for (const socket of sockets) socket.unpipe().resume();
  };
  const mend = () => {
    isCut = false;
    isStalled = false;
  };
  resources.defer(() => {
    cut();
    server.close();
  });
  return { port, cut, stall, mend, answeredBytes: () => answeredBytes };
}
