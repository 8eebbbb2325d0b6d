import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createDatabaseIn, type Leash, type PostgresAddress } from '@ssp/testing';
import { type Client } from 'pg';
import { postgresEnvironment, startStores, withClient } from '../audit/audit-rig.ts';
import { type CatchUp, measureCatchUp } from '../audit/measure-catch-up.ts';
import { publishExchanges } from '../audit/publish-exchanges.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';

/** How so many aggregators counted all events. */
export type CountTurn = CatchUp & { readonly aggregators: number };

export type AggregatorFindings = {
  readonly events: number;
  /** Rows of sums, and what the tables take with all their indexes, in bytes for each event. */
  readonly sums: number;
  readonly bytesPerEvent: number;
  readonly turns: readonly CountTurn[];
};

type Rig = {
  readonly stores: Awaited<ReturnType<typeof startStores>>;
  readonly leash: Leash;
  readonly events: number;
  readonly signal: AbortSignal;
};

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
  // Awaited here: the aggregators end with the scope.
  return await withClient(database.url, async (client) => {
    const what = `${aggregators} aggregators`;
    const stored = () => countedIn(client);
    const caughtUp = await measureCatchUp({ what, running, stores: stores.pids, stored, events }, signal);
    return { aggregators, ...caughtUp };
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
