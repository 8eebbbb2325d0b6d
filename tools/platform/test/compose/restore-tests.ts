import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../src/paths.ts';
import { type ComposeProject } from './containers.ts';

type Platform = Pick<ComposeProject, 'compose' | 'lines'> & {
  /** Where files may be put. */
  readonly folder: string;
  readonly askPostgres: (sql: string) => Promise<readonly string[]>;
  /** Has a request answered; its trace id. */
  readonly sendOne: () => Promise<string>;
  readonly isAudited: (traceId: string) => Promise<boolean>;
};

/** Registers the test of what docs/compose.md says of backups. */
export function restoreTests({ compose, lines, folder, askPostgres, sendOne, isAudited }: Platform): void {
  const run = (...args: readonly string[]) => compose('run', '--rm', '--no-TTY', ...args);
  const restored = 'apps/audit-writer/src/restored.main.ts';
  const archived = `select count(*) from pg_ls_dir('/srv/wal') as name where length(name) = 24`;

  test('WAL is kept from the first backup on; a restore brings back a point, and Kafka what came after it', async () => {
    expect(await askPostgres(archived)).toEqual(['0']);
    expect(await run('backup')).toContain('restores any time after');
    const before = await sendOne();
    await expect.poll(() => isAudited(before)).toBe(true);
    await askPostgres("select pg_create_restore_point('before-the-loss')");
    const after = await sendOne();
    await expect.poll(() => isAudited(after)).toBe(true);
    const has = `select distinct trace_id from audit.event where trace_id in ('${before}', '${after}')`;

    await compose('stop', '--timeout', '30');
    expect(await run('restore', '--until', 'point:before-the-loss')).toContain('what was there is in');
    await compose('up', '--detach', '--no-build', '--wait', 'postgres', 'kafka');
    expect(await run('check-backup')).toMatch(/^ok {3}audit: ssp\.exchange\.completed\/\d is read on/m);
    expect(await askPostgres(has)).toEqual([before]);
    const who = ['--env', 'AUDIT_RESTORED_WHO=ada', '--env', 'AUDIT_RESTORED_WHY=the disk was lost'];
    expect(await run(...who, 'audit-writer', 'node', restored)).toContain('signed for');

    await compose('up', '--detach', '--no-build');
    await compose('wait', 'sample');
    await expect.poll(() => isAudited(after)).toBe(true);
    expect(await isAudited(before)).toBe(true);
  }, 600_000);

  test('by the lines of the guide it comes back on a machine that has nothing of it', async () => {
    const { take, bringBack } = await linesOfGuide();
    const before = await sendOne();
    await expect.poll(() => isAudited(before)).toBe(true);
    await run('backup');
    await lines(take, folder);
    await compose('down', '--volumes', '--timeout', '30');

    await lines(bringBack, folder);
    await compose('wait', 'sample');
    expect(await isAudited(before)).toBe(true);
    const after = await sendOne();
    await expect.poll(() => isAudited(after)).toBe(true);
  }, 600_000);
}

/** What docs/compose.md has people type to take a backup to another machine, and there. */
async function linesOfGuide() {
  const guide = await readFile(join(repositoryRoot, 'docs/compose.md'), 'utf8');
  const blocks = Array.from(guide.matchAll(/^```sh[^\n]*\n(.*?)^```/gms), ([, block = '']) => block);
  const taking = blocks.find((block) => block.includes('> backup.tar')) ?? '';
  const bringBack = blocks.find((block) => block.includes('< backup.tar')) ?? '';
  const take = taking
    .split('\n')
    .filter((line) => /> \w+\.tar/.test(line))
    .join('\n');
  expect(take.split('\n')).toHaveLength(3);
  expect(bringBack).toContain('advance');
  return { take, bringBack };
}
