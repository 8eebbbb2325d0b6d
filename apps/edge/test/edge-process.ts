import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ourEnvironment } from '@ssp/testing';

/** The edge as a process of its own. */
export type EdgeProcess = {
  readonly pid: number;
  readonly port: number;
  /** Of the admin listener. */
  readonly admin: string;
  /** Sends SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<unknown>;
  /** Ends it as a crash would; resolves when it is gone. */
  readonly kill: () => Promise<void>;
};

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts `main.ts`, or another program around the edge, with this environment and waits until it is open; `launcher` may bound it. */
export async function startEdgeProcess(
  environment: Readonly<Record<string, string>>,
  resources: AsyncDisposableStack,
  program: readonly string[] = [main],
  [launcher, ...launcherArgs]: readonly [string, ...string[]] = [process.execPath],
): Promise<EdgeProcess> {
  const child = spawn(launcher, [...launcherArgs, ...program], {
    env: ourEnvironment({ ...environment, ADMIN_PORT: '0' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  resources.defer(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let port: number | undefined;
  let admin: string | undefined;
  const lines = createInterface({ input: child.stdout });
  const opened = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    port ??= portIn(line, /"msg":"edge open"/, /"https":\{"host":"[^"]*","port":(\d+)\}/);
    const adminPort = portIn(line, /"msg":"admin listener open"/, /"port":(\d+)/);
    if (adminPort !== undefined) admin ??= `http://127.0.0.1:${adminPort}`;
    if (line.includes('"msg":"started"')) opened.resolve();
  });
  exited.then(() => opened.reject(new Error('the edge ended before it was open')), opened.reject);
  await opened.promise;
  const { pid } = child;
  if (port === undefined || admin === undefined || pid === undefined)
    throw new Error('the edge did not say where it listens');
  return {
    pid,
    port,
    admin,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function portIn(line: string, which: RegExp, where: RegExp): number | undefined {
  const port = which.test(line) ? where.exec(line)?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}
