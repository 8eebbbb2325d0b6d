import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '@ssp/testing';

/** A process behind a balancer. */
export type Backend = {
  readonly port: () => number;
  /** Null where it is gone for now. */
  readonly adminUrl: () => string | null;
};

const lookEveryMs = 200;

/** Stands in for a cluster's service: gives new connections in turn to those that are ready, looks at TCP alone, and leaves standing ones be. */
export async function startBalancer(
  backends: () => readonly Backend[],
  resources: AsyncDisposableStack,
): Promise<string> {
  const ready = new Set<Backend>();
  const sockets = new Set<Socket>();
  let turn = 0;
  const look = async (backend: Backend) => {
    if (await isReady(backend)) ready.add(backend);
    else ready.delete(backend);
  };
  const lookAtAll = () => Promise.all(backends().map(look));
  const timer = setInterval(() => void lookAtAll(), lookEveryMs);
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const able = backends().filter((it) => ready.has(it));
    const chosen = able[turn++ % Math.max(able.length, 1)];
    if (chosen === undefined) return void near.destroy();
    const far = connect({ port: chosen.port(), host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroySoon();
      });
      from.pipe(to);
    }
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await lookAtAll();
  return `127.0.0.1:${port}`;
}

async function isReady({ adminUrl }: Backend): Promise<boolean> {
  const admin = adminUrl();
  if (admin === null) return false;
  try {
    return (await fetch(`${admin}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
