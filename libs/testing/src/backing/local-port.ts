import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Whether a program could listen on this loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** A loopback port that nothing listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error('the operating system has no free port');
  return port;
}

/** The port recorded in `file` while it is free, else a free one, which is recorded: addresses outlive a restart. */
export async function claimPort(file: string): Promise<number> {
  const recorded = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (recorded > 0 && (await isPortFree(recorded))) return recorded;
  const port = await findFreePort();
  await writeFile(file, String(port));
  return port;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
