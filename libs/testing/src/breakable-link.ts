import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** A way to a TCP server that a test can break and mend. It listens all the while, so that nobody else is given its port. */
export interface BreakableLink {
  /** The server's URL by way of the link. */
  readonly url: string;
  /** Ends every connection, and new ones at once, as when the server has died. */
  readonly cut: () => void;
  /** Lets connections stand, new ones too, and passes nothing more, as when the network loses every packet. */
  readonly stall: () => void;
  /** Lets everything arrive so much later. */
  readonly delay: (delayMs: number) => void;
  /** Answers every piece that the client sends with this text; the server gets nothing. */
  readonly answer: (reply: string) => void;
  /** All passes again, new connections too; stalled ones stay so. */
  readonly mend: () => void;
  /** How many bytes the server has answered so far. */
  readonly answeredBytes: () => number;
}

/** Puts a link in front of the server that the URL names, which must name the port. */
export async function breakableLink(
  serverUrl: string,
  resources: AsyncDisposableStack,
  /** Told how many bytes the server has answered so far, once they are passed on. */
  onAnswered: (bytes: number) => void = () => undefined,
): Promise<BreakableLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const stalled = new WeakSet<Socket>();
  let answeredBytes = 0;
  let isCut = false;
  let isStalling = false;
  let delayMs = 0;
  let reply: string | null = null;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (isCut) return void near.destroy();
    const far = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (isStalling) stalled.add(from);
      from.on('data', (chunk) => {
        if (stalled.has(from)) return;
        if (reply !== null) {
          if (from === near) near.write(reply);
        } else if (delayMs > 0) setTimeout(() => to.write(chunk), delayMs);
        else to.write(chunk);
        if (from === far) onAnswered((answeredBytes += chunk.length));
      });
      from.on('end', () => void (stalled.has(from) ? from.end() : setTimeout(() => to.end(), delayMs)));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroySoon();
      });
    }
  });
  const port = await listenOnLoopback(server);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  resources.defer(() => {
    cut();
    server.close();
  });
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    stall: () => {
      isStalling = true;
      for (const socket of sockets) stalled.add(socket);
    },
    delay: (ms) => {
      delayMs = ms;
    },
    answer: (text) => {
      reply = text;
    },
    mend: () => {
      isCut = false;
      isStalling = false;
      delayMs = 0;
      reply = null;
    },
    answeredBytes: () => answeredBytes,
  };
}
