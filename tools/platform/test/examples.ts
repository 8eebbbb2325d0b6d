import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../src/paths.ts';

/** One of the examples of the consumer's guide, as a person runs it from the repository's root. */
export type Example = { readonly language: string; readonly command: readonly string[] };

/** How an example ended, and what it said. */
export type ExampleRun = { readonly status: number | null; readonly out: string; readonly err: string };

const all: readonly (Example & { readonly runtime: readonly string[] })[] = [
  { language: 'curl', runtime: ['curl', '--version'], command: ['examples/curl.sh'] },
  {
    language: 'Node.js',
    runtime: [process.execPath, '--version'],
    command: [process.execPath, 'examples/call-provider.mjs'],
  },
  {
    language: 'Python',
    runtime: ['python3', '--version'],
    command: ['python3', 'examples/call_provider.py'],
  },
  {
    language: 'Java',
    runtime: ['javac', '-version'],
    // The flags halve what compiling the one file costs; they change nothing else.
    command: ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', 'examples/CallProvider.java'],
  },
  {
    language: '.NET',
    runtime: ['dotnet', '--list-sdks'],
    command: ['dotnet', 'run', '--project', 'examples/dotnet'],
  },
];

// Without an SDK `dotnet --list-sdks` succeeds and says nothing.
function isThere([program = '', ...args]: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 && `${stdout}${stderr}`.trim() !== '';
}

/** The examples whose runtime this machine has; says on standard error which are not run for want of one. */
export function runnableExamples(): readonly Example[] {
  const there = all.filter(({ runtime }) => isThere(runtime));
  for (const { language } of all.filter((example) => !there.includes(example))) {
    process.stderr.write(`NOT RUN: the ${language} example, since its runtime is not installed here\n`);
  }
  return there;
}

/** Runs a command from the repository's root with more in its environment than this process has. */
export async function runExample(
  [program = '', ...args]: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<ExampleRun> {
  // oxlint-disable-next-line node/no-process-env -- handed to the person's command
  const env = { ...process.env, ...settings };
  const child = spawn(program, args, { cwd: repositoryRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [status, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}
