import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { SpoolInUseError } from './spool-errors.ts';

/** What the system takes for the name of a socket, its end included. */
const SOCKET_NAME_MAX = 100;

/**
 * Claims a folder for this process until it ends, however it does: a socket in it answers whoever else asks. A lock file would
 * outlive a killed process, and a process id says nothing from container to container. Throws SpoolInUseError.
 */
export async function ownFolder(directory: string, resources: AsyncDisposableStack): Promise<void> {
  const full = join(directory, 'owner');
  const short = relative('', full);
  const path = short.length < full.length ? short : full;
  if (Buffer.byteLength(path) > SOCKET_NAME_MAX)
    throw new Error(`the spool's folder has too long a name: ${directory}`);
  const server = (await claim(path)) ?? (await claimFromDead(path, directory));
  server.unref();
  resources.defer(async () => {
    server.close();
    await once(server, 'close');
  });
}

/** Null when the name is taken. */
async function claim(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'EADDRINUSE') return null;
    throw error;
  }
}

async function claimFromDead(path: string, directory: string): Promise<Server> {
  if (!(await isAnswered(path))) {
    await unlink(path);
    const server = await claim(path);
    if (server) return server;
  }
  throw new SpoolInUseError(`another process has the spool in ${directory}`);
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
