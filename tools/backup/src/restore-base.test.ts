import { mkdir, mkdtempDisposable, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFacts } from './backup-folder.ts';
import { restoreBase } from './restore-base.ts';

/** Two backups that ended at noon of two days, and one that was never finished. */
async function folders(resources: AsyncDisposableStack) {
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'restore-')));
  const [from, wal, data] = [join(path, 'backups'), join(path, "w'al"), join(path, 'data')];
  await mkdir(wal);
  for (const day of ['01', '02']) {
    const folder = join(from, day);
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'data', 'PG_VERSION'), '18\n');
    await writeFile(join(folder, 'data', 'postgresql.auto.conf'), `# of ${day}\n`);
    const at = `2026-03-${day}T12:00:00.000Z`;
    const facts = { startedAt: at, endedAt: at, serverVersion: '18', bytes: 3 };
    await writeFacts(folder, { ...facts, firstWal: `${day}A`, lastWal: `${day}B` });
    await writeFile(join(wal, `${day}B`), '');
  }
  await mkdir(join(from, '.draft-03', 'data'), { recursive: true });
  return { from, wal, data, aside: false };
}

const until = (text: string) => ({ kind: 'time', at: new Date(text) }) as const;
const report = () => undefined;

test('the newest backup from before a time is taken, and told how to go on from there', async () => {
  await using resources = new AsyncDisposableStack();
  const places = await folders(resources);
  await restoreBase({ ...places, until: until('2026-03-02T11:00:00Z') }, report);
  const settings = await readFile(join(places.data, 'postgresql.auto.conf'), 'utf8');
  expect(settings).toContain('# of 01\n');
  expect(settings).toContain(`restore_command = 'cp "${places.wal.replace("'", "''")}/%f" "%p"'`);
  expect(settings).toContain("recovery_target_time = '2026-03-02T11:00:00.000Z'");
  expect((await readdir(places.data)).toSorted()).toEqual([
    'PG_VERSION',
    'postgresql.auto.conf',
    'recovery.signal',
  ]);
});

test('what cannot be restored, or would cover something up, is refused with what to do', async () => {
  await using resources = new AsyncDisposableStack();
  const places = await folders(resources);
  await expect(restoreBase({ ...places, until: until('2026-03-01T11:00:00Z') }, report)).rejects.toThrow(
    'the oldest backup, 01, ended after that time',
  );
  const none = { ...places, from: join(places.from, '.draft-03') };
  await expect(restoreBase({ ...none, until: { kind: 'latest' } }, report)).rejects.toThrow(
    'there is no finished backup',
  );
  const noWal = { ...places, wal: places.from };
  await expect(restoreBase({ ...noWal, until: { kind: 'latest' } }, report)).rejects.toThrow(
    'does not hold 02B',
  );
  await mkdir(places.data);
  await writeFile(join(places.data, 'PG_VERSION'), '18\n');
  await expect(restoreBase({ ...places, until: { kind: 'latest' } }, report)).rejects.toThrow(
    'is not empty. Move it away first',
  );
});

test('a data directory that is there is moved away, and its WAL that is not archived is taken over', async () => {
  await using resources = new AsyncDisposableStack();
  const places = await folders(resources);
  const [archived, late] = ['000000010000000000000001', '000000010000000000000002'];
  await mkdir(join(places.from, '02', 'data', 'pg_wal'));
  await mkdir(join(places.data, 'pg_wal'), { recursive: true });
  for (const name of [archived, late]) await writeFile(join(places.data, 'pg_wal', name), '');
  await writeFile(join(places.wal, archived), '');
  await writeFile(join(places.data, 'postmaster.pid'), '1\n');
  const asked = { ...places, until: { kind: 'latest' }, aside: true } as const;
  await expect(restoreBase(asked, report)).rejects.toThrow('a server runs on');
  await rm(join(places.data, 'postmaster.pid'));
  const { aside } = await restoreBase(asked, report);
  expect(await readdir(join(aside ?? '', 'pg_wal'))).toHaveLength(2);
  expect(await readdir(join(places.data, 'pg_wal'))).toEqual([late]);
});
