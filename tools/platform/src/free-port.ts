import { once } from 'node:events';
import { createServer } from 'node:net';

/** Chooses ports that nothing listens on; the wished one where it can be had, and none twice. */
export function createPortChooser(): (wished: number) => Promise<number> {
  const given = new Set<number>();
  return async (wished) => {
    const wanted = given.has(wished) ? 0 : wished;
    const port = (await tryPort(wanted)) ?? (await tryPort(0));
    if (port === null) throw new Error('the operating system has no free port');
    given.add(port);
    return port;
  };
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
