import { readProcesses } from './cpu-time.ts';
import { readListening, socketsOf } from './listening-sockets.ts';

/**
 * The process that listens on a local TCP port, the outermost one where children have inherited the socket.
 * Undefined where it cannot be seen (another machine, a container, another user's) or is not called `command`.
 */
export function findListener(port: number, command: string): number | undefined {
  const listening = readListening().filter((socket) => socket.port === port);
  if (listening.length === 0) return undefined;
  const named = [...readProcesses().values()].filter((process) => process.command === command);
  const holders = named.filter(({ pid }) => {
    const held = socketsOf(pid);
    return listening.some(({ inode }) => held.has(inode));
  });
  const pids = new Set(holders.map(({ pid }) => pid));
  return holders.find(({ parentPid }) => !pids.has(parentPid))?.pid;
}
