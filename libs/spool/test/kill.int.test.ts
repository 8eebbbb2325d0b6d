import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { openSpool, SpoolInUseError } from '../src/index.ts';

const program = fileURLToPath(new URL('append-forever.main.ts', import.meta.url));
const log = pino({ level: 'silent' });

/** Lets a process append until `enough` of what it says, then ends it as a crash would. */
async function appendUntil(
  command: readonly [string, ...string[]],
  enough: (said: readonly string[]) => boolean,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<readonly string[]> {
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  const heard = once(lines, 'close');
  const reached = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    said.push(line);
    if (enough(said)) reached.resolve();
  });
  await Promise.race([reached.promise, exited]);
  await meanwhile();
  child.kill('SIGKILL');
  await exited;
  await heard;
  return said;
}

const numbers = (said: readonly string[], sign: string) =>
  said.filter((line) => line.startsWith(sign)).map((line) => Number(line.slice(1)));

async function open(directory: string, scope: AsyncDisposableStack) {
  const limits = { maxBytes: 1_000_000_000, segmentBytes: 100_000 };
  return openSpool({ directory, ...limits }, log, new Registry(), scope);
}

/** The numbers that a spool holds, which this empties. */
async function drain(directory: string): Promise<readonly number[]> {
  await using scope = new AsyncDisposableStack();
  const spool = await open(directory, scope);
  const held: number[] = [];
  for (;;) {
    const some = await spool.peek(500, 1_000_000);
    if (some.length === 0) return held;
    for (const payload of some) {
      const [number, rest] = (payload ?? 'bad').split(' ');
      expect(rest).toBe('x'.repeat(Number(number) % 3_000));
      held.push(Number(number));
    }
    await spool.deliver(some.length);
  }
}

test.for([1, 2, 9, 50, 111, 400, 900])(
  'a process killed after %d confirmed appends has lost none of them, nor their order',
  async (confirmed) => {
    await using resources = new AsyncDisposableStack();
    const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spool-')));
    const said = await appendUntil([process.execPath, program, path], ({ length }) => length >= confirmed);
    const held = await drain(path);
    expect(numbers(said, '+').length).toBeGreaterThanOrEqual(confirmed);
    expect(held).toEqual(expect.arrayContaining(numbers(said, '+')));
    // Every number once and in turn: what was under way may be there as well.
    expect(held).toEqual(held.map((_, index) => index));
  },
);

test('a disk that takes no more refuses the append, keeps what it confirmed, and takes the next one that fits', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spool-')));
  // Files of 32 blocks of 1 kB or 512 bytes, whichever the shell counts in: smaller than a file of the spool.
  const limited = `ulimit -f 32; exec "$0" "$@"`;
  const said = await appendUntil(
    ['sh', '-c', limited, process.execPath, program, path],
    (lines) => numbers(lines, '-').length >= 5 && (lines.at(-1)?.startsWith('+') ?? false),
  );
  const refused = numbers(said, '-');
  expect(refused.length).toBeGreaterThanOrEqual(5);
  const held = await drain(path);
  expect(held).toEqual(expect.arrayContaining(numbers(said, '+')));
  expect(held).toEqual(held.toSorted((left, right) => left - right));
  expect(held.filter((number) => refused.includes(number))).toEqual([]);
});

test('a folder that a living process has is refused, and is free once that is killed', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spool-')));
  await appendUntil(
    [process.execPath, program, path],
    ({ length }) => length > 0,
    async () => {
      await expect(open(path, resources)).rejects.toThrow(SpoolInUseError);
    },
  );
  expect((await open(path, resources)).size).toBeGreaterThan(0);
});
