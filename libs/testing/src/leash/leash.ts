import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';
import { removeLeashRecord, writeLeashRecord } from './leash-record.ts';
import { signalGroup, stopProcesses, type LeashedIdentity } from './stop-processes.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

/** How a leashed program is started; it leads a process group and a session of its own and reads no input. */
export interface SpawnOptions {
  readonly name: string;
  /** A log file is appended to; `pipe` gives the caller the streams, which must then be read. */
  readonly output: 'pipe' | { readonly file: string };
  readonly cwd?: string;
  /** The whole environment of the program; ours when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** SIGTERM unless the program asks for another one (Postgres: SIGINT). */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  readonly uid?: number;
  readonly gid?: number;
}

/** A program that cannot outlive us. Disposing of it stops it. */
export interface LeashedProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Settles when the program has ended, for whatever reason; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  hasExited(): boolean;
  /** Only with `output: 'pipe'`. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Signals the whole group, for instance SIGSTOP and SIGCONT to stage a hang. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, kills it after 5 seconds, and resolves when it is gone; stopping twice is no error. */
  stop(): Promise<void>;
}

/** Starts programs that end with this process, however it ends. */
export interface Leash {
  /** Rejects when the program cannot be started at all (ENOENT, EACCES). */
  spawn(command: string, args: readonly string[], options: SpawnOptions): Promise<LeashedProcess>;
}

/**
 * Puts a leash on every program spawned through it: a detached keeper process stops them when this process is gone,
 * be it by kill -9, and `<dir>/processes.json` lets the next start clear up should the keeper be killed as well.
 * One leash per `dir`; leftovers of an earlier one are swept first. Throws a SetupError while that one still runs.
 */
export async function startLeash(dir: string, resources: AsyncDisposableStack): Promise<Leash> {
  mkdirSync(dir, { recursive: true });
  await sweepLeftovers(dir);
  const keeper = await startKeeper(resources);
  const owner = identityOf(process.pid);
  const watched = new Map<number, LeashedIdentity>();

  const record = (): void =>
    writeLeashRecord(dir, { owner, keeper: keeper.identity, processes: [...watched.values()] });
  const watch = (identity: LeashedIdentity): void => {
    keeper.tell({ watch: identity });
    watched.set(identity.pid, identity);
    record();
  };
  const forget = (pid: number): void => {
    if (!watched.delete(pid)) return;
    keeper.tell({ forget: pid });
    record();
  };

  record();
  resources.defer(async () => {
    await stopProcesses([...watched.values()]);
    // They are gone, which we may yet have to be told: nothing is to be recorded then, in a directory that may be gone too.
    watched.clear();
    await keeper.dismiss();
    removeLeashRecord(dir);
  });
  return { spawn: (command, args, options) => spawnLeashed({ command, args, options, watch, forget }) };
}

interface Spawning {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
  readonly watch: (identity: LeashedIdentity) => void;
  readonly forget: (pid: number) => void;
}

async function spawnLeashed({ command, args, options, watch, forget }: Spawning): Promise<LeashedProcess> {
  const { name, output, stopSignal = 'SIGTERM', ...spawnOptions } = options;
  const log = output === 'pipe' ? undefined : openSync(output.file, 'a');
  const child = spawn(command, args, {
    ...spawnOptions,
    env: options.env ?? process.env, // oxlint-disable-line node/no-process-env -- what a child inherits
    detached: true,
    stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'],
  });
  const identity = child.pid === undefined ? undefined : { ...identityOf(child.pid), name, stopSignal };
  if (identity !== undefined) watch(identity);
  if (log !== undefined) closeSync(log);

  const exited = exitOf(child).then((exit) => {
    if (identity !== undefined) {
      forget(identity.pid);
      // A leader's children do not outlive it.
      signalGroup(identity.pid, 'SIGKILL');
    }
    return exit;
  });
  await once(child, 'spawn');
  if (identity === undefined) throw new Error(`${command} was started without a process number`);

  const stop = async (): Promise<void> => {
    await stopProcesses([identity]);
    await exited;
  };
  return {
    name,
    pid: identity.pid,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stdout: child.stdout,
    stderr: child.stderr,
    signal: (signal) => signalGroup(identity.pid, signal),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function exitOf(child: ChildProcess): LeashedProcess['exited'] {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

interface Keeper {
  readonly identity: ProcessIdentity;
  tell(message: object): void;
  dismiss(): Promise<void>;
}

async function startKeeper(resources: AsyncDisposableStack): Promise<Keeper> {
  const script = fileURLToPath(new URL('leash-keeper.main.ts', import.meta.url));
  const child = spawn(process.execPath, [script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(child, 'exit');
  resources.defer(() => void child.stdin.destroy());
  await once(child, 'spawn');
  // A keeper that died cannot be told anything; what is on the leash then depends on the record alone.
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    identity: identityOf(child.pid ?? 0),
    tell: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    dismiss: async () => {
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}

/** A process that ended before it could be identified gets an identity that no process has. */
function identityOf(pid: number): ProcessIdentity {
  return identifyProcess(pid) ?? { pid, startedAt: 'never' };
}
