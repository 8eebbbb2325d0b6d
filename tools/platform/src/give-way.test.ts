import { existsSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startLeash, type Leash } from '@ssp/testing';
import { expect, test, vi } from 'vitest';
import { giveWay } from './give-way.ts';
import { keepGivingWay } from './keep-giving-way.ts';
import { supervise, type ProcessPlan } from './supervise.ts';

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
const patience = { timeout: 20_000 };

/** What a process weighs among others: its own nice value, and that of its session where the system groups by session. */
function weightOf(pid: number) {
  const group = /nice (-?\d+)/.exec(existsSync(file(pid)) ? readFileSync(file(pid), 'utf8') : '')?.[1];
  return { own: getPriority(pid), group: group === undefined ? null : Number(group) };
}

const file = (pid: number) => `/proc/${pid}/autogroup`;
const ours = getPriority();
const grouped = existsSync(file(process.pid));
const usual = { own: ours, group: grouped ? 0 : null };
const behind = { own: Math.min(ours + 10, constants.priority.PRIORITY_LOW), group: grouped ? 10 : null };

async function startTestLeash(resources: AsyncDisposableStack): Promise<{ leash: Leash; dir: string }> {
  const { path: dir } = resources.use(await mkdtempDisposable(join(tmpdir(), 'give-way-')));
  return { leash: await startLeash(dir, resources), dir };
}

test.for([
  { process: 'that gives way', givesWay: true, weight: behind },
  { process: 'that a request waits for', givesWay: false, weight: usual },
])('a process $process weighs the same again after it died', async ({ givesWay, weight }) => {
  await using resources = new AsyncDisposableStack();
  const { leash, dir } = await startTestLeash(resources);
  const stopping = new AbortController();
  const plan: ProcessPlan = {
    name: 'waits',
    args: ['-e', 'setInterval(() => {}, 1000)'],
    env: {},
    adminUrl: null,
    logFile: join(dir, 'log'),
    givesWay,
  };
  const restarted = Promise.withResolvers<void>();
  const onRestart = async () => restarted.resolve();
  const supervised = await supervise(plan, leash, () => undefined, onRestart, stopping.signal);
  resources.defer(() => stopping.abort());
  const first = supervised.pid();
  await expect.poll(() => weightOf(first), patience).toEqual(weight);
  process.kill(first, 'SIGKILL');
  await restarted.promise;
  expect(supervised.pid()).not.toBe(first);
  await expect.poll(() => weightOf(supervised.pid()), patience).toEqual(weight);
});

test('every thread of a process gives way, and many processes do at once', async () => {
  await using resources = new AsyncDisposableStack();
  const { leash } = await startTestLeash(resources);
  const processes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const script = `setInterval(() => {}, 1000); console.log(require('node:fs').readdirSync('/proc/self/task').join());`;
      const started = await leash.spawn(process.execPath, ['-e', script], {
        name: 'threads',
        output: 'pipe',
      });
      const [line = ''] = await firstLines(started.stdout, 1);
      return { pid: started.pid, threads: line.split(',').map(Number) };
    }),
  );
  await Promise.all(processes.map(({ pid }) => giveWay(pid)));
  for (const { pid, threads } of processes) {
    expect(weightOf(pid)).toEqual(behind);
    expect(threads.length).toBeGreaterThan(1);
    expect(threads.map((thread) => getPriority(thread))).toEqual(threads.map(() => behind.own));
  }
});

test('what a program starts in sessions of their own gives way too, early and late', async () => {
  await using resources = new AsyncDisposableStack();
  const { leash } = await startTestLeash(resources);
  const script = `const start = () => console.log(require('node:child_process').spawn('sleep', ['600'], { detached: true }).pid);
    start(); setTimeout(start, 1500);`;
  const program = await leash.spawn(process.execPath, ['-e', script], { name: 'many', output: 'pipe' });
  const stopping = new AbortController();
  resources.defer(() => stopping.abort());
  void keepGivingWay(program, stopping.signal);
  const children = (await firstLines(program.stdout, 2)).map(Number);
  resources.defer(() => children.forEach((pid) => process.kill(pid, 'SIGKILL')));
  for (const pid of [program.pid, ...children])
    await expect.poll(() => weightOf(pid), patience).toEqual(behind);
});

test('a process that is gone is no error', async () => {
  await using resources = new AsyncDisposableStack();
  const { leash } = await startTestLeash(resources);
  const ended = await leash.spawn('true', [], { name: 'true', output: 'pipe' });
  await ended.exited;
  await expect(giveWay(ended.pid)).resolves.toBeUndefined();
});

async function firstLines(stream: NodeJS.ReadableStream | null, count: number): Promise<string[]> {
  if (stream === null) return [];
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}
