import { connectKafka, kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { createReport } from '@ssp/platform';
import { openPool, postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { ConfigError, loadConfig } from '@ssp/service';
import { pino } from 'pino';
import { z } from 'zod';
import { type BackupArguments, readArguments, usage, UsageError } from './arguments.ts';
import { advanceTopics } from './advance-topics.ts';
import { checkArchive, checkReplay } from './check-replay.ts';
import { keepNewest, wantWal } from './keep-newest.ts';
import { restoreBase } from './restore-base.ts';
import { takeBase } from './take-base.ts';

const statusOfFindings = 3;

const report = createReport((text) => process.stderr.write(text), Date.now);
const log = pino({ name: 'backup', level: 'error' }, pino.destination(2));
const say = (line: string) => process.stdout.write(`${line}\n`);

async function run(asked: BackupArguments): Promise<number> {
  await using resources = new AsyncDisposableStack();
  if (asked.command === 'help') {
    process.stdout.write(usage);
  } else if (asked.command === 'base') {
    const env = loadConfig(z.object(postgresEnvironment));
    const pool = openPool(toPostgresConfig(env, 'backup'), log, resources);
    if (asked.keep) await wantWal(asked.keep.wal);
    const { folder, facts } = await takeBase(pool, asked.data, asked.to, report);
    say(`${folder}: with the WAL from ${facts.firstWal} on it restores any time after ${facts.endedAt}`);
    if (!asked.keep) return 0;
    const { backups, wal } = await keepNewest(asked.to, asked.keep.wal, asked.keep.backups);
    if (backups.length + wal > 0)
      say(`removed: ${backups.join(', ') || 'no backup'}, and ${wal} files of WAL that no other needs`);
  } else if (asked.command === 'restore') {
    const { folder, aside } = await restoreBase(asked, report);
    if (aside !== null) say(`what was there is in ${aside} now`);
    say(
      `${asked.data} is made from ${folder}. Start the server on it: it recovers first, and takes writes then.`,
    );
    say('Before services start: npm run backup -- check');
  } else {
    const env = loadConfig(z.object({ ...postgresEnvironment, ...kafkaEnvironment }));
    const pool = openPool(toPostgresConfig(env, 'backup'), log, resources);
    const kafka = connectKafka(toKafkaConfig(env, 'backup'), log);
    if (asked.command === 'advance') {
      for (const line of await advanceTopics(pool, kafka, report)) say(line);
      return 0;
    }
    const archive = await checkArchive(pool);
    const replay = await checkReplay(pool, kafka, resources);
    for (const line of [...archive.lines, ...replay.lines]) say(line);
    if (!archive.isWell || !replay.isWell) return statusOfFindings;
  }
  return 0;
}

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)));
} catch (error) {
  const isAskedWrongly = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`backup: ${error instanceof Error ? error.message : String(error)}\n`);
  if (isAskedWrongly) process.stderr.write('backup: npm run backup -- --help says what there is\n');
  process.exitCode = isAskedWrongly ? 2 : 1;
}
