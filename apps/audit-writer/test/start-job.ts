import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Starts a job of the room as its process, without any setting but these. */
export function startJob(
  name: string,
  env: Readonly<Record<string, string>>,
  resources: AsyncDisposableStack,
) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `../src/${name}.main.ts`)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  resources.defer(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const said = Promise.all([child.stdout, child.stderr].map((stream: Readable) => text(stream)));
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    end: async () => {
      const [status]: unknown[] = await ended;
      return { status, says: (await said).join('') };
    },
  };
}
