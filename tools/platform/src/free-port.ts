import { once } from 'node:events';
import { createServer } from 'node:net';
import { findFreePort } from '@ssp/testing';

/** Chooses ports that nothing listens on; the wished one where it can be had, and none twice. */
export function createPortChooser(): (wished: number) => Promise<number> {
  const given = new Set<number>();
  return async (wished) => {
    let port = wished;
    while (given.has(port) || !(await isFree(port))) port = await findFreePort();
    given.add(port);
    return port;
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
