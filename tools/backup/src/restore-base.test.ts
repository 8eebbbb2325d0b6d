import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
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
  return { from, wal, data };
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
