import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalProgram } from './local-program.ts';
import { bareContext } from './own-kafka.ts';
import { startLocalPostgres } from './postgres-local.ts';
import type { PostgresAddress } from './postgres-service.ts';

/** A server that one test has to itself. */
export interface OwnPostgres extends PostgresAddress {
  /** To kill it, and to start it again with what its data directory holds then. */
  readonly program: LocalProgram;
  readonly dataDir: string;
  /** Where its WAL is archived. */
  readonly walDir: string;
}

/**
 * Starts a Postgres as a local program, whatever the environment names, that archives its WAL by this script; `onlyWanted`, as in compose,
 * once a file `wanted` is there. What a test does to it and its
 * data directory nobody else could bear.
 */
export async function startOwnPostgres(
  archiveScript: string,
  resources: AsyncDisposableStack,
  { onlyWanted = false }: { readonly onlyWanted?: boolean } = {},
): Promise<OwnPostgres> {
  const context = await bareContext('own-postgres-', resources);
  const dir = join(context.dir, 'postgres');
  const walDir = join(context.dir, 'wal');
  await mkdir(walDir);
  // Whoever the server runs as writes here; the folder around it is closed to others.
  await chmod(walDir, 0o777);
  const { program, ...address } = await startLocalPostgres(dir, context, {
    wal_level: 'replica',
    archive_mode: 'on',
    archive_command: `${onlyWanted ? `test ! -e ${walDir}/wanted || ` : ''}sh "${archiveScript}" "%p" "%f" "${walDir}"`,
  });
  if (program === undefined) throw new Error('a local Postgres is a program');
  return { ...address, program, dataDir: join(dir, 'data'), walDir };
}
