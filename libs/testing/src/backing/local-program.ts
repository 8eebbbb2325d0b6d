import { readFile } from 'node:fs/promises';
import type { Leash, LeashedProcess, SpawnOptions } from '../leash/leash.ts';
import { SetupError } from '../setup-error.ts';
import { isPortFree } from './local-port.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const startMs = 60_000;
const portTries = 3;

/** A backing service that runs as a program of this machine, which tests may stop, pause and start again. */
export interface LocalProgram {
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the program that runs now has ended, for whatever reason. */
  exited(): LeashedProcess['exited'];
  /** For instance SIGSTOP and SIGCONT, to stage a hang. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it as a crash would, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it properly; stopping what has ended is no error. */
  stop(): Promise<void>;
  /** Starts it again on the same address with its data, and resolves when it answers; what runs is left alone. */
  start(): Promise<void>;
}

/** What to run, and how to know that it answers. */
export interface ProgramSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Omit<SpawnOptions, 'output'>;
  readonly logFile: string;
  /** Rejects until the program answers; must not hang. */
  readonly check: () => Promise<void>;
}

/** Starts a program on the leash and waits until it answers. It is stopped with `resources`. */
export async function startProgram(
  spec: ProgramSpec,
  leash: Leash,
  resources: AsyncDisposableStack,
): Promise<LocalProgram> {
  let current = await launch(spec, leash);
  resources.defer(() => current.stop());
  return {
    get pid() {
      return current.pid;
    },
    logFile: spec.logFile,
    exited: () => current.exited,
    signal: (signal) => current.signal(signal),
    kill: async () => {
      current.signal('SIGKILL');
      await current.exited;
    },
    stop: () => current.stop(),
    start: async () => {
      if (current.hasExited()) current = await launch(spec, leash);
    },
  };
}

/** Repeats a start whose port another program took between the choice and the start. */
export async function startOnPort<T>(
  claim: () => Promise<number>,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const port = await claim();
    try {
      return await start(port);
    } catch (error) {
      if (tries === portTries || (await isPortFree(port))) throw error;
    }
  }
}

async function launch(spec: ProgramSpec, leash: Leash): Promise<LeashedProcess> {
  const { name } = spec.options;
  const child = await leash.spawn(spec.command, spec.args, {
    ...spec.options,
    output: { file: spec.logFile },
  });
  const gaveUp = child.exited.then(async () => {
    throw new SetupError(`${name} ended while it started: ${await lastLine(spec.logFile)} (${spec.logFile})`);
  });
  try {
    await waitUntilReady(spec.check, { timeoutMs: startMs, gaveUp });
  } catch (error) {
    gaveUp.catch(() => undefined);
    await child.stop();
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${name} did not answer within ${startMs / 1000} s; see ${spec.logFile}.`, {
      cause: error,
    });
  }
  gaveUp.catch(() => undefined);
  return child;
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}
