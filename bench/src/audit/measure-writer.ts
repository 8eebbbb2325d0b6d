import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, type Leash, type PostgresAddress } from '@ssp/testing';
import { readShares, sharesPerEvent } from '../cpu/cpu-shares.ts';
import { type Report } from '../progress.ts';
import { type AuditRig, startAuditRig, withClient } from './audit-rig.ts';
import { auditTables, type CopiedTable, dropIndexes } from './audit-tables.ts';
import { type CatchUp, measureCatchUp } from './measure-catch-up.ts';
import { runPsql } from './psql.ts';
import { publishExchanges } from './publish-exchanges.ts';

/** How one way of writing all events went. */
export type WriteTurn = CatchUp & {
  readonly way: string;
  /** From the start of the processes to the last event in the tables. */
  readonly seconds: number;
};

export type WriterFindings = {
  readonly events: number;
  readonly bytesPerRow: number;
  /** All ways in turn, round after round. */
  readonly turns: readonly WriteTurn[];
};

export type WriterPlan = { readonly events: number; readonly rounds: number };

/** The ways of writing, as the page names them. */
export const ways = {
  one: '1 writer',
  copy: '1 psql',
  two: '2 writers',
  twoCopies: '2 psql',
  bare: '1 psql, no index at all',
} as const;

/** Has writers catch up with a topic of so many events, in turns with psql that copies the same rows. */
export async function measureWriter(
  plan: WriterPlan,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<WriterFindings> {
  await using resources = new AsyncDisposableStack();
  const psql = await findProgram('psql');
  if (psql === undefined)
    throw new Error('the bench of the audit compares with psql: install postgresql-client');
  const rig = await startAuditRig(leash, report, resources);
  const since = new Date(Date.now() - 86_400_000);
  const exchanges = Math.floor(plan.events / 2);
  const events = 2 * exchanges;
  await publishExchanges(rig.brokers, exchanges);
  report(`${events} events are in Kafka`);

  const turns: WriteTurn[] = [];
  let bytesPerRow = 0;
  const told = (turn: WriteTurn) => {
    turns.push(turn);
    report(`${turn.way}: ${Math.round(turn.eventsPerSecond)} events/s`);
  };
  const halves = [0, 1].map((half) => filesOf(rig, `half-${half}`));
  const whole = filesOf(rig, 'whole');
  for (let round = 0; round < plan.rounds; round += 1) {
    {
      await using scope = new AsyncDisposableStack();
      const database = await rig.createAudit(since, scope);
      told(await catchUp(ways.one, 1, { rig, database, events, signal }));
      if (round === 0) {
        bytesPerRow = await writeFiles({ psql, database, leash }, whole, halves);
        report('the same rows are in files for psql');
      }
    }
    const copies = [
      { way: ways.copy, files: [whole], bare: false },
      { way: ways.twoCopies, files: halves, bare: false },
      { way: ways.bare, files: [whole], bare: true },
    ];
    for (const { way, files, bare } of copies) {
      await using scope = new AsyncDisposableStack();
      const database = await rig.createAudit(since, scope);
      if (bare) await withClient(database.url, (client) => dropIndexes(client));
      const work = () => Promise.all(files.map((one) => copyIn({ psql, database, leash }, one)));
      told(await timed(way, { rig, database, events }, work));
    }
    await using scope = new AsyncDisposableStack();
    const database = await rig.createAudit(since, scope);
    told(await catchUp(ways.two, 2, { rig, database, events, signal }));
  }
  await Promise.all([whole, ...halves].flat().map(({ file }) => rm(file, { force: true })));
  return { events, bytesPerRow, turns };
}

type Turn = { readonly rig: AuditRig; readonly database: PostgresAddress; readonly events: number };

async function catchUp(
  way: string,
  writers: number,
  { rig, database, events, signal }: Turn & { readonly signal: AbortSignal },
): Promise<WriteTurn> {
  await using scope = new AsyncDisposableStack();
  const startedMs = performance.now();
  const running = await rig.startWriters(database, writers, 0, scope);
  // Awaited here: the writers end with the scope.
  return await withClient(database.url, async (client) => {
    const stored = async () => {
      const { rows } = await client.query<{ written: number }>(
        'select coalesce(sum(next_offset), 0)::float8 as written from audit.consumer_offset',
      );
      return rows[0]?.written ?? 0;
    };
    const caughtUp = await measureCatchUp({ what: way, running, stores: rig.pids, stored, events }, signal);
    return { way, seconds: (performance.now() - startedMs) / 1_000, ...caughtUp };
  });
}

/** The processes of psql have ended by the time of the second reading: they are not counted. */
async function timed(way: string, { rig, events }: Turn, work: () => Promise<unknown>): Promise<WriteTurn> {
  const before = readShares(rig.pids, []);
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpuUs = sharesPerEvent(before, readShares(rig.pids, []), events);
  return { way, eventsPerSecond: events / seconds, seconds, cpuUs };
}

type Files = readonly { readonly table: CopiedTable; readonly file: string }[];
type Psql = { readonly psql: string; readonly database: PostgresAddress; readonly leash: Leash };

function filesOf({ dir }: AuditRig, name: string): Files {
  return auditTables.map((table) => ({ table, file: join(dir, `${table.name}-${name}.copy`) }));
}

/** Writes the rows to files, whole and in halves. @returns what an event's row takes with all its indexes, in bytes */
async function writeFiles(
  { psql, database, leash }: Psql,
  whole: Files,
  halves: readonly Files[],
): Promise<number> {
  const copy = ({ table, file }: Files[number], condition: string) =>
    `\\copy (select ${table.columns} from ${table.name} where ${condition}) to '${file}'`;
  const commands = [
    ...whole.map((one) => copy(one, 'true')),
    ...halves.flatMap((files, half) => files.map((one) => copy(one, `partition % 2 = ${half}`))),
  ];
  await runPsql(psql, database, commands, leash);
  return withClient(database.url, async (client) => {
    const { rows } = await client.query<{ bytes: number }>(`
      select (sum(pg_total_relation_size(relid)) / (select count(*) from audit.event))::float8 as bytes
      from pg_partition_tree('audit.event') where isleaf`);
    return rows[0]?.bytes ?? 0;
  });
}

function copyIn({ psql, database, leash }: Psql, files: Files): Promise<void> {
  const commands = files.map(({ table, file }) => `\\copy ${table.name} (${table.columns}) from '${file}'`);
  return runPsql(psql, database, commands, leash);
}
