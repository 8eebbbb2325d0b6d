import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readProcesses } from './cpu-time.ts';

/**
 * The process that listens on a local TCP port, the outermost one where children have inherited the socket.
 * Undefined where it cannot be seen (another machine, a container, another user's) or is not called `command`.
 */
export function findListener(port: number, command: string): number | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    listeningInodes(readOrEmpty(file), port),
  );
  const sockets = new Set(tables.map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const named = [...readProcesses().values()].filter((process) => process.command === command);
  const holders = named.filter(({ pid }) => holdsOneOf(pid, sockets));
  const pids = new Set(holders.map(({ pid }) => pid));
  return holders.find(({ parentPid }) => !pids.has(parentPid))?.pid;
}

/** The inodes of the sockets that listen on `port`, of a table in the format of `/proc/net/tcp`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && local?.endsWith(`:${hexPort}`) && inode !== undefined ? [inode] : [];
  });
}

function holdsOneOf(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    const dir = `/proc/${pid}/fd`;
    return readdirSync(dir).some((fd) => sockets.has(linkOf(`${dir}/${fd}`)));
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
