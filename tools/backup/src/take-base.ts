import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Report } from '@ssp/platform';
import { type PoolClient, type Pool } from 'pg';
import { type Backup, type BackupFacts, draftPrefix, nameOf, writeFacts } from './backup-folder.ts';
import { copyTree, flush } from './copy-tree.ts';

/** It cannot be backed up like this; the message says what to do. */
export class CannotBackUpError extends Error {
  override readonly name = 'CannotBackUpError';
}

const toldEveryBytes = 256 * 1_024 * 1_024;

/**
 * Copies the data directory of a server that goes on working, by Postgres's own protocol for that, and waits until the WAL that the copy
 * needs is archived. What a run that broke off has left is removed first.
 */
export async function takeBase(pool: Pool, data: string, to: string, report: Report): Promise<Backup> {
  // One session from start to stop: Postgres gives the backup up when it ends.
  const client = await pool.connect();
  let broken: Error | undefined;
  client.on('error', (error) => (broken = error));
  try {
    // It waits for the archive.
    await client.query('set statement_timeout = 0');
    const serverVersion = await refuseUnfit(client, data);
    await refuseSecond(client);
    await mkdir(to, { recursive: true, mode: 0o700 });
    for (const left of await readdir(to))
      if (left.startsWith(draftPrefix)) await rm(join(to, left), { recursive: true });
    const startedAt = new Date();
    const draft = join(to, `${draftPrefix}${nameOf(startedAt)}`);
    await mkdir(draft, { mode: 0o700 });
    const { rows } = await client.query<{ wal: string }>(
      'select pg_walfile_name(pg_backup_start($1, true)) as wal',
      ['ssp backup'],
    );
    report(`copying ${data}`);
    let toldBytes = 0;
    const bytes = await copyTree(data, join(draft, 'data'), {
      takes: isKept,
      onBytes: (copied) => {
        if (copied < toldBytes + toldEveryBytes) return;
        toldBytes = copied;
        report(`  ${megabytes(copied)} copied`);
      },
    });
    report(`${megabytes(bytes)} copied; waiting until the WAL of meanwhile is archived`);
    const ended = await client.query<{ label: string; spaces: string | null; wal: string }>(
      'select labelfile as label, spcmapfile as spaces, pg_walfile_name(lsn) as wal from pg_backup_stop(true)',
    );
    const [stop] = ended.rows;
    // As it came: Postgres reads it to the byte.
    await writeFile(join(draft, 'data', 'backup_label'), stop?.label ?? '', {
      mode: 0o600,
      flush: true,
    });
    const facts: BackupFacts = {
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      firstWal: rows[0]?.wal ?? '',
      lastWal: stop?.wal ?? '',
      serverVersion,
      bytes,
    };
    await writeFacts(draft, facts);
    await flush(join(draft, 'data'));
    await flush(draft);
    const folder = join(to, nameOf(new Date(facts.endedAt)));
    await rename(draft, folder);
    await flush(to);
    return { folder, facts };
  } finally {
    client.release(broken ?? true);
  }
}

/** It would take the draft of the first for one that broke off. Postgres lets go of this with the session, however that ends. */
async function refuseSecond(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(hashtext('ssp.backup')) as mine`,
  );
  if (rows[0]?.mine !== true)
    throw new CannotBackUpError('another backup of this server is being taken: wait until it has ended');
}

async function refuseUnfit(client: PoolClient, data: string): Promise<string> {
  const { rows } = await client.query<Record<'version' | 'mode' | 'level' | 'system', string>>(
    `select current_setting('server_version') as version, current_setting('archive_mode') as mode,
       current_setting('wal_level') as level, current_setting('data_directory') as system`,
  );
  const [found] = rows;
  if (!found) throw new Error('the server says nothing of itself');
  if (found.mode === 'off' || found.level === 'minimal')
    throw new CannotBackUpError(
      'the server archives no WAL, without which a copy of its files is worth nothing: set archive_mode = on, wal_level = replica and archive_command, and restart it (docs/backup.md)',
    );
  const pid = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  // The directory as the server sees it: in a container it has another name, but the same file names it.
  if (pid.split('\n')[1] !== found.system)
    throw new CannotBackUpError(
      `${data} is not the data directory of that server, which has ${found.system}`,
    );
  if ((await readdir(join(data, 'pg_tblspc'))).length > 0)
    throw new CannotBackUpError(
      'the server has tablespaces, which this does not copy: use pgBackRest or Barman',
    );
  return found.version;
}

const emptied = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const leftOut =
  /^(postmaster\.(pid|opts)|backup_label.*|tablespace_map.*|backup_manifest|.*\.signal|pg_internal\.init.*|pgsql_tmp.*)$/;

/** What Postgres's manual says a base backup should do without. */
function isKept(path: string): boolean {
  const [top = '', below] = path.split('/');
  if (emptied.has(top)) return below === undefined;
  return !leftOut.test(basename(path));
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;
