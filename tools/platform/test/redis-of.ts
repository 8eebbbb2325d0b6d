import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type PlatformCard } from '../src/platform-card.ts';
import { processesNaming } from './left-over.ts';

const run = promisify(execFile);
const docker = async (...args: readonly string[]) => (await run('docker', args)).stdout.trim();

/** The Redis of a platform, be it a program or in a container. */
export function redisOf(card: PlatformCard) {
  const { port } = new URL(card.redis);
  const containers = () => docker('ps', '--quiet', '--filter', `publish=${port}`);
  return {
    /** When the one that runs was started, or which process it is: another text after each start; empty while none runs. */
    life: async (): Promise<string> => {
      const [pid] = processesNaming(`redis-server 127.0.0.1:${port}`);
      if (pid !== undefined) return String(pid);
      const id = await containers().catch(() => '');
      return id === '' ? '' : docker('inspect', '--format', '{{.State.StartedAt}}', id);
    },
    /** Ends it as a crash would; who watches over it starts it again. */
    kill: async (): Promise<void> => {
      const [pid] = processesNaming(`redis-server 127.0.0.1:${port}`);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      // The engine takes a kill for an order, after which it starts nothing by itself.
      else await docker('restart', '--time', '0', await containers());
    },
  };
}
