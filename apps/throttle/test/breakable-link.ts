import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP connection to a real server that a test can break and mend. */
export interface BreakableLink {
  readonly url: string;
  /** Ends every connection and refuses new ones, as when the server dies. */
  readonly cut: () => Promise<void>;
  /** Lets connections stand and passes nothing more, as when the network loses every packet. */
  readonly stall: () => void;
  /** Lets everything arrive so much later. */
  readonly delay: (delayMs: number) => void;
  /** Answers every piece that the client sends with this text; the server gets nothing. */
  readonly answer: (reply: string) => void;
  /** All passes again, new connections too; stalled ones stay so. */
  readonly mend: () => Promise<void>;
}

/** Puts a link in front of the server that the URL names. */
export async function breakableLink(
  serverUrl: string,
  resources: AsyncDisposableStack,
): Promise<BreakableLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const stalled = new WeakSet<Socket>();
  let stalling = false;
  let delayMs = 0;
  let reply: string | null = null;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (stalling) stalled.add(from);
      from.on('data', (chunk) => {
        if (stalled.has(from)) return;
        if (reply !== null) {
          if (from === near) near.write(reply);
        } else if (delayMs > 0) setTimeout(() => to.write(chunk), delayMs);
        else to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server.address());
  const destroyAll = () => sockets.forEach((socket) => socket.destroy());
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    destroyAll();
    await closed;
  };
  resources.defer(async () => {
    destroyAll();
    if (server.listening) await cut();
  });
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    stall: () => {
      stalling = true;
      sockets.forEach((socket) => stalled.add(socket));
    },
    delay: (ms) => {
      delayMs = ms;
    },
    answer: (text) => {
      reply = text;
    },
    mend: async () => {
      stalling = false;
      delayMs = 0;
      reply = null;
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address === 'object' && address) return address;
  throw new Error('the link has no address');
}
