import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ourEnvironment, ourProgram, type ProgramEnvironment } from '@ssp/testing';
import { z } from 'zod';

const Address = z.object({ port: z.int() });
const Line = z.object({ msg: z.string(), listen: Address.optional(), admin: Address.optional() });

/** A process of ours, started as in production. */
export type StartedProcess = {
  /** Where it listens; it is asked for by `LISTEN_PORT: '0'`. */
  readonly url: string;
  /** Where its admin listener is. */
  readonly adminUrl: string;
  /** Ends it in good order. */
  readonly stop: () => Promise<void>;
};

/** Starts it, and resolves once it says `ready` in its log. It ends with `resources`. */
export async function startProcess(
  entry: string,
  { ready, env }: { readonly ready: string; readonly env: ProgramEnvironment },
  resources: AsyncDisposableStack,
): Promise<StartedProcess> {
  const [program, file] = ourProgram(entry);
  const child = spawn(program, [file], { env: ourEnvironment(env), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  resources.defer(stop);
  let listening = 0;
  let admin = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Read to the end: it would in time stop for want of a reader.
  createInterface({ input: child.stdout })
    .on('line', (text) => {
      const line = Line.safeParse(JSON.parse(text));
      listening = line.data?.listen?.port ?? listening;
      admin = line.data?.admin?.port ?? admin;
      if (line.data?.msg === ready) resolve();
    })
    .on('close', () => reject(new Error(`${entry} ended before it was ready`)));
  await promise;
  return { url: `http://127.0.0.1:${listening}`, adminUrl: `http://127.0.0.1:${admin}`, stop };
}
