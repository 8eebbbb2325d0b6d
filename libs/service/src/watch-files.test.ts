import { mkdtempDisposable, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { watchFiles } from './watch-files.ts';

const soon = { timeout: 30_000, interval: 5 };

async function watched(resources: AsyncDisposableStack) {
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'watch-')));
  const files = [join(path, 'cert'), join(path, 'key')] as const;
  for (const file of files) await writeFile(file, 'one');
  const loaded: string[] = [];
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line).msg) });
  const reload = async () => {
    const [cert, key] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    if (cert !== key) throw new Error('no pair');
    loaded.push(String(cert));
  };
  watchFiles({ what: 'pair', files }, reload, log, resources, 5);
  return { files, loaded, lines };
}

async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

test('a pair is reloaded once both of its files are new, and half a pair is logged once', async () => {
  await using resources = new AsyncDisposableStack();
  const { files, loaded, lines } = await watched(resources);
  await replace(files[0], 'two');
  await vi.waitFor(() => expect(lines).toHaveLength(1), soon);
  expect(loaded).toEqual([]);
  await replace(files[1], 'two');
  // A file that changes while it is read is read once more.
  await vi.waitFor(() => expect(loaded.at(-1)).toBe('two'), soon);
  expect(loaded).not.toContain('one');
  expect(lines.filter((line) => line !== 'pair reloaded')).toEqual([
    'pair could not be reloaded; the former stays in use',
  ]);
});

test('a file that goes away and comes back is reloaded when it is there', async () => {
  await using resources = new AsyncDisposableStack();
  const { files, loaded, lines } = await watched(resources);
  await rm(files[1]);
  await vi.waitFor(() => expect(lines).toHaveLength(1), soon);
  await replace(files[1], 'one');
  await vi.waitFor(() => expect(loaded.at(-1)).toBe('one'), soon);
});
