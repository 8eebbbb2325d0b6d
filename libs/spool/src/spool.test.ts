import { mkdtempDisposable, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { openSpool, type SpoolSettings } from './open-spool.ts';
import { SpoolFullError, SpoolInUseError } from './spool-errors.ts';
import { type Spool } from './spool.ts';

const log = pino({ level: 'silent' });

/** A folder of its own, in which a spool is opened as often as a test likes. */
async function spoolRig(resources: AsyncDisposableStack) {
  const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spool-')));
  return {
    directory,
    open: (scope: AsyncDisposableStack, settings: Partial<SpoolSettings> = {}) =>
      openSpool(
        { directory, maxBytes: 1_000_000, segmentBytes: 200, ...settings },
        log,
        new Registry(),
        scope,
      ),
    files: async () => (await readdir(directory)).filter((file) => file.includes('.spool')).toSorted(),
  };
}

const texts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `event ${from + index}`);

async function drain(spool: Spool): Promise<(string | null)[]> {
  const all: (string | null)[] = [];
  for (;;) {
    const some = await spool.peek(7, 1_000);
    if (some.length === 0) return all;
    all.push(...some);
    await spool.deliver(some.length);
  }
}

test('what was appended comes out in order, over many files, and leaves no file behind', async () => {
  await using resources = new AsyncDisposableStack();
  const { open, files } = await spoolRig(resources);
  const spool = await open(resources);
  for (const text of texts(40)) await spool.append([text], 5);
  expect(spool.size).toBe(40);
  expect(spool.oldestAtMs).toBe(5);
  expect((await files()).length).toBeGreaterThan(3);
  expect(await drain(spool)).toEqual(texts(40));
  expect(spool).toMatchObject({ size: 0, bytes: 0, oldestAtMs: null });
  expect(await files()).toEqual([]);
});

test('appends of one turn keep their order, whatever came while the disk was busy', async () => {
  await using resources = new AsyncDisposableStack();
  const { open } = await spoolRig(resources);
  const spool = await open(resources);
  const appends: Promise<void>[] = [];
  for (let round = 0; round < 10; round += 1) {
    appends.push(...texts(20, round * 20).map((text) => spool.append([text], 1)));
    await appends[round * 20];
  }
  await Promise.all(appends);
  expect(await drain(spool)).toEqual(texts(200));
});

test('peeking waits for what is on its way to the disk', async () => {
  await using resources = new AsyncDisposableStack();
  const { open } = await spoolRig(resources);
  const spool = await open(resources);
  void spool.append(['first'], 1);
  expect(await spool.peek(10, 1_000)).toEqual(['first']);
});

test('the next process finds what was not delivered, and nothing that was', async () => {
  await using resources = new AsyncDisposableStack();
  const { open, files } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const spool = await open(scope);
    for (const text of texts(30)) await spool.append([text], 9);
    await spool.peek(5, 1_000);
    await spool.deliver(5);
  }
  const next = await open(resources);
  expect(next.size).toBe(25);
  expect(next.oldestAtMs).toBe(9);
  await next.append(['behind'], 10);
  expect(await drain(next)).toEqual([...texts(25, 5), 'behind']);
  expect(await files()).toEqual([]);
});

test('a last record that is torn at any byte is cut off, and the others stand', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, open, files } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const spool = await open(scope, { segmentBytes: 10_000 });
    await spool.append(['kept', 'kept too'], 1);
    await spool.append(['torn'], 1);
  }
  const [file = ''] = await files();
  const path = join(directory, file);
  const whole = await readFile(path);
  for (let cut = 1; cut <= 'torn'.length + 16; cut += 1) {
    await writeFile(path, whole);
    await truncate(path, whole.length - cut);
    await using scope = new AsyncDisposableStack();
    const spool = await open(scope, { segmentBytes: 10_000 });
    expect(await spool.peek(10, 1_000)).toEqual(['kept', 'kept too']);
  }
});

test('what follows a torn record is not lost behind it', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, open, files } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    await (await open(scope)).append(['kept', 'torn'], 1);
  }
  const [file = ''] = await files();
  await truncate(join(directory, file), (await readFile(join(directory, file))).length - 2);
  {
    await using scope = new AsyncDisposableStack();
    await (await open(scope)).append(['behind'], 2);
  }
  expect(await drain(await open(resources))).toEqual(['kept', 'behind']);
  expect(await files()).toEqual([]);
});

test.for([
  { where: 'the checksum', offset: 0 },
  { where: 'the time', offset: 10 },
  { where: 'the payload', offset: 17 },
])('a record whose bytes changed in $where is told of, and those around it stand', async ({ offset }) => {
  await using resources = new AsyncDisposableStack();
  const { directory, open, files } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    await (await open(scope)).append(['one', 'two', 'three'], 1);
  }
  const [file = ''] = await files();
  const bytes = await readFile(join(directory, file));
  const at = 32 + 16 + 'one'.length + offset;
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  await writeFile(join(directory, file), bytes);
  expect(await drain(await open(resources))).toEqual(['one', null, 'three']);
});

test('a file that is no segment is set aside', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, open, files } = await spoolRig(resources);
  await writeFile(join(directory, '000000000007.spool'), 'something that somebody else has put here');
  const spool = await open(resources);
  expect(spool.size).toBe(0);
  expect(await files()).toEqual(['000000000007.spool.damaged']);
});

test('a delivered mark that is torn repeats records and loses none', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, open, files } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    const spool = await open(scope, { segmentBytes: 10_000 });
    await spool.append(texts(4), 1);
    await spool.deliver(2);
  }
  const [file = ''] = await files();
  const bytes = await readFile(join(directory, file));
  bytes[17] = (bytes[17] ?? 0) ^ 1;
  await writeFile(join(directory, file), bytes);
  expect(await drain(await open(resources))).toEqual(texts(4));
});

test('beyond its bound the spool takes nothing, and takes again once there is room', async () => {
  await using resources = new AsyncDisposableStack();
  const { open } = await spoolRig(resources);
  const spool = await open(resources, { maxBytes: 400, segmentBytes: 100 });
  const big = 'x'.repeat(120);
  await spool.append([big], 1);
  await spool.append([big], 1);
  await expect(spool.append([big], 1)).rejects.toThrow(SpoolFullError);
  expect(spool.lastFailure).toBeInstanceOf(SpoolFullError);
  expect(spool.size).toBe(2);
  await spool.deliver(1);
  await spool.append([big], 1);
  expect(spool.lastFailure).toBeNull();
  expect(await drain(spool)).toEqual([big, big]);
});

test('a second opener of the folder is refused while the first lives', async () => {
  await using resources = new AsyncDisposableStack();
  const { open } = await spoolRig(resources);
  {
    await using scope = new AsyncDisposableStack();
    await open(scope);
    await expect(open(resources)).rejects.toThrow(SpoolInUseError);
  }
  expect((await open(resources)).size).toBe(0);
});

test('what comes while a delivered file is removed is kept, at whatever moment of its way to the disk', async () => {
  await using resources = new AsyncDisposableStack();
  const { open } = await spoolRig(resources);
  // A file for each append.
  const spool = await open(resources, { segmentBytes: 1 });
  for (let turns = 0; turns < 200; turns += 1) {
    await spool.append(['before'], 5);
    const appended = spool.append([`after ${turns} turns`], 5);
    for (let turn = 0; turn < turns % 50; turn += 1) await new Promise(setImmediate);
    await spool.deliver(1);
    await appended;
    expect(await drain(spool)).toEqual([`after ${turns} turns`]);
  }
});

test('the spool shows what it holds, how much it may, and the room on its disk', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory } = await spoolRig(resources);
  const registry = new Registry();
  const spool = await openSpool(
    { directory, maxBytes: 1_000_000, segmentBytes: 200 },
    log,
    registry,
    resources,
  );
  await spool.append(['event'], 5);
  const shown = await registry.metrics();
  expect(shown).toContain('\nssp_spool_events 1\n');
  expect(shown).toContain('\nssp_spool_max_bytes 1000000\n');
  expect(Number(/^ssp_spool_disk_free_bytes (\S+)$/m.exec(shown)?.[1])).toBeGreaterThan(0);
});

test('nobody but its owner may look into the folder, or read what is in a file of it', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'spool-')));
  const directory = join(path, 'own');
  const settings = { directory, maxBytes: 1_000_000, segmentBytes: 200 };
  const spool = await openSpool(settings, log, new Registry(), resources);
  for (const text of texts(20)) await spool.append([text], 1);
  const files = (await readdir(directory)).filter((name) => name.includes('.spool'));
  expect(files.length).toBeGreaterThan(1);
  for (const file of [directory, ...files.map((name) => join(directory, name))]) {
    expect([file, (await stat(file)).mode & 0o077]).toEqual([file, 0]);
  }
});
