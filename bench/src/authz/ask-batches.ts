import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { cpuTimeUs, readProcesses } from '../cpu/cpu-time.ts';

/** As an edge does: two calls out at a time. */
const callsInFlight = 2;

export type Calls = {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  /** Sent in turn, each a whole call. */
  readonly bodies: readonly string[];
  readonly asksEach: number;
};

/** Sends so many calls and returns the CPU time that the answering process used for each ask, in microseconds. */
export async function costPerAskUs(
  { pid, port, path, bodies, asksEach }: Calls,
  calls: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: callsInFlight });
  let sent = 0;
  const one = async () => {
    while (sent < calls) {
      const body = bodies[sent % bodies.length] ?? '';
      sent += 1;
      await post(agent, port, path, body);
    }
  };
  const before = cpuTimeUs(readProcesses(), pid);
  await Promise.all(Array.from({ length: callsInFlight }, one));
  const used = cpuTimeUs(readProcesses(), pid) - before;
  agent.destroy();
  return used / calls / asksEach;
}

/** One call. @throws Error where the answer is not 200 */
export async function post(agent: Agent, port: number, path: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
    if (answer.statusCode === 200) text(answer).then(resolve, reject);
    else reject(new Error(`answered ${answer.statusCode}`));
  });
  call.once('error', reject);
  call.end(body);
  return promise;
}
