import { mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFacts } from './backup-folder.ts';
import { keepNewest } from './keep-newest.ts';

const segment = (place: number, timeline = 1) =>
  `${String(timeline).padStart(8, '0')}${String(place).padStart(16, '0')}`;

/** Backups of three days, the last on another timeline, and the WAL from before the first on. */
async function folders(resources: AsyncDisposableStack) {
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'keep-')));
  const [backups, wal] = [join(path, 'backups'), join(path, 'wal')];
  await mkdir(wal);
  const days = [
    ['01', segment(10)],
    ['02', segment(20)],
    ['03', segment(30, 2)],
  ] as const;
  for (const [day, firstWal] of days) {
    await mkdir(join(backups, day, 'data'), { recursive: true });
    const at = `2026-03-${day}T12:00:00.000Z`;
    const facts = { startedAt: at, endedAt: at, serverVersion: '18', bytes: 3 };
    await writeFacts(join(backups, day), { ...facts, firstWal, lastWal: firstWal });
  }
  const names = [
    ...[9, 10, 19, 20, 29].map((place) => segment(place)),
    segment(29, 2),
    segment(30, 2),
    `${segment(10)}.00000028.backup`,
    '00000002.history',
    'wanted',
  ];
  for (const name of names) await writeFile(join(wal, name), '');
  return { backups, wal };
}

test('all but the newest backups go, with the WAL that none of these needs', async () => {
  await using resources = new AsyncDisposableStack();
  const { backups, wal } = await folders(resources);
  expect(await keepNewest(backups, wal, 2)).toEqual({ backups: ['01'], wal: 4 });
  expect((await readdir(backups)).toSorted()).toEqual(['02', '03']);
  expect((await readdir(wal)).toSorted()).toEqual(
    [segment(20), segment(29), '00000002.history', segment(29, 2), segment(30, 2), 'wanted'].toSorted(),
  );
});

test('where there are fewer backups none goes, nor the WAL of any', async () => {
  await using resources = new AsyncDisposableStack();
  const { backups, wal } = await folders(resources);
  expect(await keepNewest(backups, wal, 7)).toEqual({ backups: [], wal: 1 });
  expect(await readdir(wal)).not.toContain(segment(9));
});

test('WAL of the newest backup stays, though a restore had set the server back to before an older one', async () => {
  await using resources = new AsyncDisposableStack();
  const { backups, wal } = await folders(resources);
  const at = '2026-03-04T12:00:00.000Z';
  const facts = { startedAt: at, endedAt: at, serverVersion: '18', bytes: 3 };
  await mkdir(join(backups, '04', 'data'), { recursive: true });
  await writeFacts(join(backups, '04'), { ...facts, firstWal: segment(15, 3), lastWal: segment(15, 3) });
  for (const place of [15, 16]) await writeFile(join(wal, segment(place, 3)), '');
  expect(await keepNewest(backups, wal, 2)).toMatchObject({ backups: ['01', '02'] });
  expect(await readdir(wal)).toEqual(
    expect.arrayContaining([segment(15, 3), segment(16, 3), segment(30, 2), 'wanted']),
  );
  expect(await readdir(wal)).not.toContain(segment(10));
});
