import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabaseIn, type Leash, type PostgresAddress } from '@ssp/testing';
import { type Client } from 'pg';
import { postgresEnvironment, startStores, withClient } from '../audit/audit-rig.ts';
import { publishExchanges } from '../audit/publish-exchanges.ts';
import { cpuTimeUs, readProcesses } from '../cpu/cpu-time.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';

/** How so many aggregators counted all events; CPU time is in microseconds per event. */
export type CountTurn = {
  readonly aggregators: number;
  readonly eventsPerSecond: number;
  readonly cpuUs: Cpu;
};

export type AggregatorFindings = {
  readonly events: number;
  /** Rows of sums, and what the tables take with all their indexes, in bytes for each event. */
  readonly sums: number;
  readonly bytesPerEvent: number;
  readonly turns: readonly CountTurn[];
};

type Cpu = { readonly node: number; readonly postgres: number; readonly kafka: number };
type Stores = Awaited<ReturnType<typeof startStores>>;
type Rig = {
  readonly stores: Stores;
  readonly leash: Leash;
  readonly events: number;
  readonly signal: AbortSignal;
};

const pollMs = 50;
const stalledMs = 60_000;

/** Has one aggregator, then two, catch up with a topic of so many events, in a database of their own each. */
export async function measureAggregator(
  { events, rounds }: { readonly events: number; readonly rounds: number },
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<AggregatorFindings> {
  await using resources = new AsyncDisposableStack();
  const stores = await startStores(leash, report, resources);
  await publishExchanges(stores.kafka.brokers, events, 'completed');
  report(`${events} events are in Kafka`);
  const rig = { stores, leash, events, signal };
  const turns: CountTurn[] = [];
  let size = { sums: 0, bytes: 0 };
  for (let round = 0; round < rounds; round += 1) {
    for (const aggregators of [1, 2]) {
      await using scope = new AsyncDisposableStack();
      const database = await createDatabaseIn(stores.postgres, scope);
      await runToEnd(
        'migrate-billing',
        [benchPaths.billingMigrateMain],
        postgresEnvironment(database),
        leash,
      );
      const turn = await catchUp(rig, database, aggregators, scope);
      turns.push(turn);
      report(`${aggregators} aggregators: ${Math.round(turn.eventsPerSecond)} events/s`);
      size = await withClient(database.url, sizeOf);
    }
  }
  return { events, sums: size.sums, bytesPerEvent: size.bytes / events, turns };
}

async function catchUp(
  { stores, leash, events, signal }: Rig,
  database: PostgresAddress,
  aggregators: number,
  scope: AsyncDisposableStack,
): Promise<CountTurn> {
  const groupId = `bench-${randomUUID()}`;
  const start = async (nth: number) =>
    scope.use(
      await leash.spawn(process.execPath, [benchPaths.billingMain], {
        name: `billing-aggregator-${nth}`,
        env: {
          ...postgresEnvironment(database),
          KAFKA_BROKERS: stores.kafka.brokers.join(','),
          BILLING_GROUP_ID: groupId,
          ADMIN_PORT: '0',
        },
        output: { file: join(benchPaths.work, 'billing-aggregator.log') },
      }),
    );
  const running = await Promise.all(Array.from({ length: aggregators }, (_, nth) => start(nth)));
  const pids = running.map(({ pid }) => pid);
  // Awaited here: the aggregators end with the scope.
  return await withClient(database.url, async (client) => {
    let first: { readonly ms: number; readonly counted: number; readonly cpu: Cpu } | null = null;
    for (let [last, movedMs] = [0, performance.now()]; ;) {
      const counted = await countedIn(client);
      const ms = performance.now();
      if (counted > 0) first ??= { ms, counted, cpu: cpuOf(stores, pids) };
      if (first !== null && counted >= events) {
        const more = counted - first.counted;
        return {
          aggregators,
          eventsPerSecond: (more / (ms - first.ms)) * 1_000,
          cpuUs: spent(first.cpu, cpuOf(stores, pids), more),
        };
      }
      if (counted > last) [last, movedMs] = [counted, ms];
      if (running.some((one) => one.hasExited()))
        throw new Error('an aggregator has ended, see .local/bench');
      if (ms - movedMs > stalledMs)
        throw new Error(`nothing was counted for ${stalledMs / 1_000} s, see .local/bench`);
      await sleep(pollMs, undefined, { signal });
    }
  });
}

async function countedIn(client: Client): Promise<number> {
  const { rows } = await client.query<{ counted: number }>(
    'select coalesce(sum(next_offset), 0)::float8 as counted from billing.consumer_offset',
  );
  return rows[0]?.counted ?? 0;
}

async function sizeOf(client: Client): Promise<{ readonly sums: number; readonly bytes: number }> {
  const { rows } = await client.query<{ sums: number; bytes: number }>(`
    select (select count(*) from billing.usage_hour)::float8 as sums,
      (select sum(pg_total_relation_size(oid)) from pg_class
       where relnamespace = 'billing'::regnamespace and relkind = 'r')::float8 as bytes`);
  return rows[0] ?? { sums: 0, bytes: 0 };
}

function cpuOf({ pids }: Stores, aggregators: readonly number[]): Cpu {
  const processes = readProcesses();
  return {
    node: aggregators.reduce((sum, pid) => sum + cpuTimeUs(processes, pid), 0),
    postgres: cpuTimeUs(processes, pids.postgres),
    kafka: cpuTimeUs(processes, pids.kafka),
  };
}

function spent(before: Cpu, after: Cpu, events: number): Cpu {
  return {
    node: (after.node - before.node) / events,
    postgres: (after.postgres - before.postgres) / events,
    kafka: (after.kafka - before.kafka) / events,
  };
}
