import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import { readCard, type PlatformCard } from '../src/platform-card.ts';
import { platformPaths, repositoryRoot } from '../src/paths.ts';

/** A platform that a person started with `npm start`. */
export type Started = {
  readonly npm: ChildProcess;
  readonly card: PlatformCard;
  /** Everything that was printed until it was ready. */
  readonly printed: string;
};

/** A busy machine is no reason to refuse, nor to count alone. */
const patient = {
  EDGE_AUTHZ_TIMEOUT_MS: '10000',
  EDGE_THROTTLE_TIMEOUT_MS: '10000',
  REDIS_TIMEOUT_MS: '1000',
};

/** What a terminal's environment has, without what the test's own npm and runner put there. */
function personEnvironment(): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- handed to the person's command
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(npm_|NODE_OPTIONS|VITEST|TEST$|NODE_ENV)/.test(name)),
  );
}

/** Runs `npm start` as a person does, in a directory of its own, and waits for the platform to be ready. */
export async function npmStart(dir: string): Promise<Started> {
  const npm = spawnNpmStart(dir);
  let printed = '';
  npm.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  npm.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const card = await vi.waitFor(
    async () => {
      if (npm.exitCode !== null) return null;
      const written = printed.includes('The platform is ready')
        ? await readCard(platformPaths(repositoryRoot, dir).card)
        : null;
      if (written === null) throw new Error(`not ready yet:\n${printed}`);
      return written;
    },
    { timeout: 400_000, interval: 200 },
  );
  if (card === null) throw new Error(`npm start ended:\n${printed}`);
  return { npm, card, printed };
}

/** Runs `npm start` where a platform runs already: resolves with what it says and its status. */
export async function npmStartBeside(
  dir: string,
): Promise<{ readonly status: number | null; readonly said: string }> {
  const npm = spawnNpmStart(dir);
  let said = '';
  npm.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(npm, 'close');
  return { status: npm.exitCode, said };
}

function spawnNpmStart(dir: string): ChildProcess {
  return spawn('npm', ['start', '--silent', '--', '--dir', dir], {
    cwd: repositoryRoot,
    env: { ...personEnvironment(), ...patient },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A terminal gives every command a group of its own, which Ctrl-C reaches as a whole.
    detached: true,
  });
}
