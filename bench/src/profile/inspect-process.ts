import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { listeningPorts } from '../cpu/listening-sockets.ts';

/** A conversation with the inspector of another Node process, in the Chrome DevTools protocol. */
export type Inspection = {
  /** @throws Error when the other process refuses, with its words */
  readonly send: (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;
};

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.url() })).min(1);
const Answer = z.object({
  id: z.int().optional(),
  result: z.unknown(),
  error: z.object({ message: z.string() }).optional(),
});

const openWithinMs = 5_000;

/**
 * Opens the inspector of a Node process that runs already, as it was started, and closes it with `resources`.
 * @throws Error when it does not open: another process may have the port, unless it was started with `--inspect-port=0`
 */
export async function inspectProcess(pid: number, resources: AsyncDisposableStack): Promise<Inspection> {
  const before = new Set(listeningPorts(pid));
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await untilOpen(pid, before));
  resources.defer(() => socket.close());
  await once(socket, 'open');

  let lastId = 0;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = Answer.parse(JSON.parse(String(data)));
    if (id === undefined) return;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`the inspector refused: ${error.message}`));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the inspected process has ended'));
  });
  const send: Inspection['send'] = (method, params = {}) => {
    lastId += 1;
    const asked = Promise.withResolvers<unknown>();
    waiting.set(lastId, asked);
    socket.send(JSON.stringify({ id: lastId, method, params }));
    return asked.promise;
  };
  // The door is shut again, from inside and only after the answer has left, or nobody could be told.
  resources.defer(async () => {
    const shut = `setImmediate(() => process.getBuiltinModule('node:inspector').close())`;
    await send('Runtime.evaluate', { expression: shut });
  });
  return { send };
}

async function untilOpen(pid: number, before: ReadonlySet<number>): Promise<string> {
  const deadlineMs = Date.now() + openWithinMs;
  for (;;) {
    const port = listeningPorts(pid).find((it) => !before.has(it));
    if (port !== undefined) {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`);
      const [target] = Targets.parse(await response.json());
      if (target !== undefined) return target.webSocketDebuggerUrl;
    }
    if (Date.now() > deadlineMs) throw new Error(`process ${pid} did not open its inspector`);
    await sleep(50);
  }
}
