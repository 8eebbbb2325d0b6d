import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Below those that systems give to connections going out, and above those of well-known services. */
const firstPort = 15_000;
/** Linux begins here unless told otherwise; others begin higher. */
const firstOutgoingPort = 32_768;
const outgoingPortsFile = '/proc/sys/net/ipv4/ip_local_port_range';
const portTries = 100;

/** Whether a program could listen on this loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/**
 * A loopback port that nothing listens on at this moment, and that no connection going out is given: it is still free when a program
 * that takes its time begins to listen, and when one that was killed is started again.
 */
export async function findFreePort(): Promise<number> {
  const end = await endOfQuietPorts();
  for (let tries = 0; tries < portTries; tries += 1) {
    const port = randomInt(firstPort, end);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no port from ${firstPort} to ${end - 1} is free`);
}

/** The port recorded in `file` while it is free, else a free one, which is recorded: addresses outlive a restart. */
export async function claimPort(file: string): Promise<number> {
  const recorded = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (recorded > 0 && (await isPortFree(recorded))) return recorded;
  const port = await findFreePort();
  await writeFile(file, String(port));
  return port;
}

async function endOfQuietPorts(): Promise<number> {
  const range = await readFile(outgoingPortsFile, 'utf8').catch(() => '');
  const first = Number(range.split(/\s/)[0]) || firstOutgoingPort;
  // A system that gives away nearly all ports has no quiet ones.
  return first > firstPort + portTries ? first : firstOutgoingPort;
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
