import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const openWithinMs = 15_000;

/** Resolves when something accepts connections on a port of 127.0.0.1. @throws Error after 15 seconds */
export async function untilOpen(port: number, name: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + openWithinMs;
  while (!(await accepts(port))) {
    if (Date.now() > deadlineMs) throw new Error(`${name} did not open port ${port}: see .local/bench`);
    await sleep(50, undefined, { signal });
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
