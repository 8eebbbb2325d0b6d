import { expect, test } from 'vitest';
import { type ComposeProject } from './containers.ts';

type Platform = Pick<ComposeProject, 'compose'> & {
  readonly askPostgres: (sql: string) => Promise<readonly string[]>;
  /** Has a request answered; its trace id. */
  readonly sendOne: () => Promise<string>;
  readonly isAudited: (traceId: string) => Promise<boolean>;
};

/** Registers the test of what docs/compose.md says of backups. */
export function restoreTests({ compose, askPostgres, sendOne, isAudited }: Platform): void {
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
}
