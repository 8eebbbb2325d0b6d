import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LeashedIdentity } from './leash-record.ts';
import { stopProcesses } from './stop-processes.ts';

/**
 * Outlives the process that started it, in a session of its own, and stops everything that was put on the leash
 * as soon as the pipe from that process ends: the kernel closes the pipe however a process dies.
 */
const Message = z.union([z.object({ watch: LeashedIdentity }), z.object({ forget: z.number() })]);

// Only the end of the pipe may end the keeper.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const watched = new Map<number, z.infer<typeof LeashedIdentity>>();
for await (const line of createInterface({ input: process.stdin })) {
  const message = Message.parse(JSON.parse(line));
  if ('watch' in message) watched.set(message.watch.pid, message.watch);
  else watched.delete(message.forget);
}
await stopProcesses([...watched.values()]);
