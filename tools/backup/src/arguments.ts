import { parseArgs } from 'node:util';

/** What is asked for; paths as they were given. */
export type BackupArguments =
  | { readonly command: 'help' }
  | {
      readonly command: 'base';
      readonly data: string;
      readonly to: string;
      /** How many backups stay, and where the WAL is that goes with the others; null: everything stays. */
      readonly keep: { readonly backups: number; readonly wal: string } | null;
    }
  | {
      readonly command: 'restore';
      readonly from: string;
      readonly wal: string;
      readonly data: string;
      readonly until: RecoveryTarget;
      readonly aside: boolean;
    }
  | { readonly command: 'check' }
  | { readonly command: 'advance' };

/** Where a restored database begins to live again. */
export type RecoveryTarget =
  | { readonly kind: 'latest' }
  | { readonly kind: 'time'; readonly at: Date }
  | { readonly kind: 'point'; readonly name: string };

/** The words make no sense; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run backup -- COMMAND [OPTIONS]

Backs Postgres up and brings it back to a point in time, and tells whether Kafka still has what it must read again (docs/backup.md).

  base     copy the data directory of the running server, to be restored from with the WAL that it archives from then on
             --data DIR      the server's data directory, on this machine
             --to FOLDER     where backups are kept; each gets a folder there, named for the time when it ended
             --keep N        when it is done, remove all but the newest N, and the WAL that none of these needs
             --wal FOLDER    where WAL is archived, with --keep; a file "wanted" is made there first
  restore  make a data directory from a backup and the archived WAL; then start the server on it
             --from FOLDER   a backup, or where backups are kept: then the newest from before that time
             --wal FOLDER    where WAL is archived
             --data DIR      the data directory to make: empty, or not there
             --aside         move away what is there, under the time, and take over its WAL that is not archived
             --until WHEN    a time (2026-03-01T12:00:00Z), or point:NAME of pg_create_restore_point;
                             all that is archived unless given
  check    for each partition, where audit and billing read on and whether Kafka has everything from there on;
           and whether WAL is archived. Before services start after a restore, and daily.
  advance  where Kafka was lost whole and its topics are made anew: have each partition go on where audit and billing
           read on, behind which records that are there already are moved. With both stopped.

base, check and advance reach the server by POSTGRES_URL and POSTGRES_PASSWORD_FILE, the latter two also Kafka by KAFKA_BROKERS and KAFKA_TLS_*.
Status: 0 done, and all is well; 1 it could not be done; 2 asked for wrongly; 3 check has found something.
`;

/** @throws UsageError */
export function readArguments(args: readonly string[]): BackupArguments {
  const { values, positionals } = parsed(args);
  if (values.help || positionals[0] === 'help') return { command: 'help' };
  const [command, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`what is ${others.join(' ')}?`);
  const needed = (name: 'data' | 'to' | 'from' | 'wal'): string => {
    const value = values[name];
    if (value === undefined || value === '') throw new UsageError(`${command ?? ''} needs --${name}`);
    return value;
  };
  if (command === 'base') {
    const keep = values.keep === undefined ? null : { backups: readCount(values.keep), wal: needed('wal') };
    return { command, data: needed('data'), to: needed('to'), keep };
  }
  if (command === 'restore') {
    const folders = { from: needed('from'), wal: needed('wal'), data: needed('data') };
    return { command, ...folders, until: readTarget(values.until), aside: values.aside };
  }
  if (command === 'check' || command === 'advance') return { command };
  throw new UsageError(command === undefined ? 'a command is needed' : `there is no command ${command}`);
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        data: text,
        to: text,
        from: text,
        wal: text,
        until: text,
        keep: text,
        aside: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--keep ${text}: how many backups are to stay, one at least`);
}

function readTarget(until: string | undefined): RecoveryTarget {
  if (until === undefined) return { kind: 'latest' };
  if (until.startsWith('point:')) {
    const name = until.slice('point:'.length);
    if (!/^[\w.:-]{1,63}$/.test(name)) throw new UsageError(`${until}: no name of a restore point`);
    return { kind: 'point', name };
  }
  // A time without its zone would be read by the clock of whoever sits there.
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(until);
  const at = new Date(until);
  if (!isWhole || Number.isNaN(at.getTime()))
    throw new UsageError(`--until ${until}: write a time as 2026-03-01T12:00:00Z, or point:NAME`);
  return { kind: 'time', at };
}
