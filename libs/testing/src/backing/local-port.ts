import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Below those that systems give to connections going out, and above those of well-known services. */
const firstPort = 15_000;
/** Linux begins here unless told otherwise; others begin higher. */
const firstOutgoingPort = 32_768;
const outgoingPortsFile = '/proc/sys/net/ipv4/ip_local_port_range';
const portTries = 100;

/** Whether a program could listen on this loopback port now, and nobody keeps it for one that will. */
export async function isPortFree(port: number): Promise<boolean> {
  await using scope = new AsyncDisposableStack();
  return await reservePort(port, scope);
}

/**
 * Keeps a loopback port for programs that will listen there, for as long as `resources` live: whoever asks here for a port gets another,
 * also between a program's end and its next start. It says so by the UDP port of that number, which the system takes back from who is
 * killed, and which is in no listener's way.
 * @returns false when a program listens there, or the port is kept already
 */
export async function reservePort(port: number, resources: AsyncDisposableStack): Promise<boolean> {
  await using scope = new AsyncDisposableStack();
  const socket = scope.use(createSocket('udp4')).unref();
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
  } catch {
    return false;
  }
  if (!(await canListen(port))) return false;
  resources.use(scope.move());
  return true;
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

async function canListen(port: number): Promise<boolean> {
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
