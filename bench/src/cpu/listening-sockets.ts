import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A listening TCP socket of this machine. */
export type ListeningSocket = { readonly port: number; readonly inode: string };

/** The sockets that listen, of a table in the format of `/proc/net/tcp`. */
export function parseListening(table: string): readonly ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const port = Number.parseInt(local?.split(':')[1] ?? '', 16);
    return state === '0A' && !Number.isNaN(port) && inode !== undefined ? [{ port, inode }] : [];
  });
}

/** Every listening TCP socket of this machine, of either family. */
export function readListening(): readonly ListeningSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => parseListening(readOrEmpty(file)));
}

/** The TCP ports a process listens on; none where it cannot be seen (ended, or another user's). */
export function listeningPorts(pid: number): readonly number[] {
  const held = socketsOf(pid);
  return readListening().flatMap(({ port, inode }) => (held.has(inode) ? [port] : []));
}

/** The inodes of the sockets that a process holds open. */
export function socketsOf(pid: number): ReadonlySet<string> {
  const dir = `/proc/${pid}/fd`;
  try {
    const links = readdirSync(dir).map((fd) => linkOf(`${dir}/${fd}`));
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  } catch {
    return new Set();
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
