import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { cpuTimeUs, readProcesses } from '../cpu/cpu-time.ts';

/** As an edge does: two calls out at a time. */
const callsInFlight = 2;

/** Where calls go, and how many asks there are in each. */
export type Calls = { readonly port: number; readonly path: string; readonly asksEach: number };

/** Sends so many calls, each body made when it is sent, and returns the CPU time of each process for each ask, in microseconds. */
export async function costsPerAskUs(
  pids: readonly number[],
  { port, path, asksEach }: Calls,
  bodyOf: (call: number) => string,
  calls: number,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: callsInFlight });
  let sent = 0;
  const one = async () => {
    while (sent < calls) {
      const body = bodyOf(sent);
      sent += 1;
      await post(agent, port, path, body);
    }
  };
  const usedUs = () => {
    const processes = readProcesses();
    return pids.map((pid) => cpuTimeUs(processes, pid));
  };
  const before = usedUs();
  await Promise.all(Array.from({ length: callsInFlight }, one));
  const after = usedUs();
  agent.destroy();
  return after.map((us, at) => (us - (before[at] ?? 0)) / calls / asksEach);
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
