import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startLeash } from './leash.ts';
import { LeashRecord, readLeashRecord } from './leash-record.ts';
import { identifyProcess, isRunning } from './process-identity.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ssp-leash-'));
});
afterEach(() => rm(dir, { recursive: true }));

const leashModule = import.meta.resolve('./leash.ts');

/** A child that ends neither on SIGTERM nor with its parent, and a grandchild in its group. */
const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
  require('node:child_process').spawn('sleep', ['600']);`;

/** Starts another process that leashes a child, and says which processes came of it. */
async function startOwner(child: readonly string[]): Promise<{ owner: number; record: LeashRecord }> {
  const script = `
    import { startLeash } from ${JSON.stringify(leashModule)};
    const leash = await startLeash(${JSON.stringify(dir)}, new AsyncDisposableStack());
    const child = await leash.spawn(process.execPath, ${JSON.stringify(child)},
      { name: 'child', output: { file: ${JSON.stringify(join(dir, 'log'))} } });
    console.log(JSON.stringify({ pid: child.pid }));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: owner.stdout }), 'line');
  z.object({ pid: z.number() }).parse(JSON.parse(String(line)));
  return {
    owner: z.number().parse(owner.pid),
    record: LeashRecord.parse(JSON.parse(await readFile(join(dir, 'processes.json'), 'utf8'))),
  };
}

const waits = ['-e', 'setInterval(() => {}, 1000)'];

test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a leashed program ends with an owner that ends by %s',
  async (signal) => {
    const { owner, record } = await startOwner(waits);
    expect(record.processes.every(isRunning)).toBe(true);
    process.kill(owner, signal);
    await vi.waitFor(
      () => expect([...record.processes, record.keeper].filter(isRunning)).toEqual([]),
      30_000,
    );
  },
);

test('a program that ignores the request to end is killed with its whole group', async () => {
  const { owner, record } = await startOwner(['-e', stubborn]);
  const group = z.number().parse(record.processes[0]?.pid);
  await vi.waitFor(() => expect(membersOf(group)).resolves.toHaveLength(2), 30_000);
  process.kill(owner, 'SIGKILL');
  await vi.waitFor(() => expect(membersOf(group)).resolves.toEqual([]), 30_000);
});

test('what was left when owner and keeper were killed together is swept by the next start', async () => {
  const { owner, record } = await startOwner(waits);
  process.kill(record.keeper.pid, 'SIGKILL');
  process.kill(owner, 'SIGKILL');
  await vi.waitFor(() => expect([record.owner, record.keeper].filter(isRunning)).toEqual([]), 30_000);
  expect(record.processes.every(isRunning)).toBe(true);
  await sweepLeftovers(dir);
  expect(record.processes.filter(isRunning)).toEqual([]);
  expect(readLeashRecord(dir)).toBeUndefined();
});

test('a second start beside a running one is refused', async () => {
  const { owner, record } = await startOwner(waits);
  await expect(sweepLeftovers(dir)).rejects.toThrow(`Process ${owner} already runs programs in ${dir}`);
  process.kill(owner, 'SIGKILL');
  // It still writes into the directory, which goes with the test.
  await vi.waitFor(() => expect([...record.processes, record.keeper].filter(isRunning)).toEqual([]), 30_000);
});

test('a sweep leaves alone a process that has the number of one that ended', async () => {
  const bystander = spawn('sleep', ['600'], { detached: true });
  await once(bystander, 'spawn');
  const pid = z.number().parse(bystander.pid);
  const gone = { pid, startedAt: '1' };
  const record = { owner: gone, keeper: gone, processes: [{ ...gone, name: 'old', stopSignal: 'SIGTERM' }] };
  await writeFile(join(dir, 'processes.json'), JSON.stringify(record));
  await sweepLeftovers(dir);
  expect(identifyProcess(pid)).toBeDefined();
  bystander.kill('SIGKILL');
});

test('a program can be stopped while paused, and reports how it ended', async () => {
  await using resources = new AsyncDisposableStack();
  const leash = await startLeash(dir, resources);
  const child = await leash.spawn('sleep', ['600'], { name: 'sleep', output: 'pipe' });
  child.signal('SIGSTOP');
  await child.stop();
  expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
});

test('a program that does not exist is refused', async () => {
  await using resources = new AsyncDisposableStack();
  const leash = await startLeash(dir, resources);
  await expect(leash.spawn('no-such-program', [], { name: 'x', output: 'pipe' })).rejects.toThrow('ENOENT');
});

test('releasing the leash stops what is on it and its keeper', async () => {
  const resources = new AsyncDisposableStack();
  const leash = await startLeash(dir, resources);
  await leash.spawn('sleep', ['600'], { name: 'sleep', output: 'pipe' });
  const record = LeashRecord.parse(readLeashRecord(dir));
  await resources.disposeAsync();
  expect([...record.processes, record.keeper].filter(isRunning)).toEqual([]);
});

async function membersOf(group: number): Promise<readonly string[]> {
  const ps = spawn('ps', ['-e', '-o', 'pgid=,state='], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = await Array.fromAsync(createInterface({ input: ps.stdout }));
  return lines.filter((line) => line.trim().startsWith(`${group} `) && !line.trim().endsWith('Z'));
}
