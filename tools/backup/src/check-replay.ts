import { boundsReader, type KafkaConnection } from '@ssp/kafka';
import { readOffsets } from '@ssp/postgres';
import { type Pool } from 'pg';
import { judgeReplay } from './judge-replay.ts';
import { readingSchemas } from './reading-schemas.ts';

/** What a check says, a line each, and whether any of it is bad. */
export type CheckResult = { readonly lines: readonly string[]; readonly isWell: boolean };

/** Holds what the database has read up to against what Kafka has, for each service and partition. */
export async function checkReplay(
  pool: Pool,
  kafka: KafkaConnection,
  resources: AsyncDisposableStack,
): Promise<CheckResult> {
  const boundsOf = boundsReader(kafka, new AbortController().signal, resources);
  const known = new Map<string, Awaited<ReturnType<typeof boundsOf>>>();
  const lines: string[] = [];
  let isWell = true;
  for (const schema of readingSchemas) {
    const offsets = (await readOffsets(pool, schema)).toSorted(
      (one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition,
    );
    if (offsets.length === 0) lines.push(`${schema}: has read nothing yet`);
    for (const place of offsets) {
      const bounds = known.get(place.topic) ?? (await boundsOf(place.topic).catch(noneWhereMissing));
      known.set(place.topic, bounds);
      const found = bounds.find(({ partition }) => partition === place.partition) ?? null;
      const { state, says } = judgeReplay({ ...place, schema, kafka: found });
      if (state !== 'whole') isWell = false;
      const mark = state === 'whole' ? 'ok  ' : 'BAD ';
      lines.push(`${mark} ${schema}: ${place.topic}/${place.partition} ${says}`);
    }
  }
  return { lines, isWell };
}

/** Of a topic that is not there. */
function noneWhereMissing(error: unknown): readonly [] {
  if (error instanceof Error && 'type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') return [];
  throw error;
}

/** Tells whether the server archives its WAL. */
export async function checkArchive(pool: Pool): Promise<CheckResult> {
  const { rows } = await pool.query<{
    mode: string;
    command: string;
    recovering: boolean;
    last: string | null;
    lastAt: Date | null;
    failedAt: Date | null;
    failed: string | null;
  }>(
    `select current_setting('archive_mode') as mode, current_setting('archive_command') as command, pg_is_in_recovery() as recovering, last_archived_wal as last,
       last_archived_time as "lastAt", last_failed_time as "failedAt", last_failed_wal as failed
     from pg_stat_archiver`,
  );
  const [found] = rows;
  if (!found) throw new Error('the server says nothing of its archiver');
  if (found.recovering)
    return { lines: ['BAD  the server still recovers: wait, and check again'], isWell: false };
  if (found.mode === 'off')
    return { lines: ['BAD  no WAL is archived: only whole backups could be restored'], isWell: false };
  if (found.failedAt && (!found.lastAt || found.failedAt > found.lastAt))
    return {
      lines: [`BAD  ${found.failed ?? 'WAL'} could not be archived (${found.failedAt.toISOString()})`],
      isWell: false,
    };
  const unwanted = await findUnwanted(pool, found.command);
  if (unwanted !== null)
    return {
      lines: [`BAD  no WAL is kept: no backup has been taken, or ${unwanted} has been lost since`],
      isWell: false,
    };
  const last = found.lastAt ? `, ${found.last ?? ''} last, ${found.lastAt.toISOString()}` : '';
  return { lines: [`ok   WAL is archived${last}`], isWell: true };
}

/**
 * A command such as compose's keeps nothing, and says that all is well, where the file that it looks for first is not there. Names the file
 * then; null where there is none to look for, or it is there.
 */
async function findUnwanted(pool: Pool, command: string): Promise<string | null> {
  const file = /^test ! -e (\S+) \|\|/.exec(command)?.[1];
  if (file === undefined) return null;
  const { rows } = await pool.query<{ isThere: boolean }>(
    'select (pg_stat_file($1, true)).size is not null as "isThere"',
    [file],
  );
  return rows[0]?.isThere === true ? null : file;
}
