import { Agent } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabaseIn, createDevelopmentPki, type Leash, startBackingServices } from '@ssp/testing';
import { Client } from 'pg';
import { z } from 'zod';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { type Calls, costsPerAskUs, post } from '../asks/ask-batches.ts';
import { startConstant } from '../asks/start-constant.ts';
import { allowedAsk, fillTables } from './fill-tables.ts';

const Timed = z.object({ ms: z.number(), stallMs: z.number() });

/** What the snapshot's program prints: bytes it grew by, and how long each load and update took. */
const SnapshotCost = z.object({
  counts: z.object({ systems: z.int(), handlers: z.int() }),
  heapBytes: z.number(),
  rssBytes: z.number(),
  first: Timed,
  again: Timed,
  updates: z.array(Timed.extend({ what: z.string() })),
  decideUs: z.number(),
});
export type SnapshotCost = z.output<typeof SnapshotCost>;

/** CPU µs per ask of the two answering processes in one turn. */
export type Turn = { readonly asksEach: number; readonly authzUs: number; readonly constantUs: number };

export type AuthzFindings = { readonly snapshot: SnapshotCost; readonly turns: readonly Turn[] };

export type AuthzPlan = { readonly turns: number; readonly asks: number };

const batchSizes = [1, 8, 32] as const;

/** Fills tables of its own, loads them, and asks authz and a server that answers a constant by turns. */
export async function measureAuthz(
  plan: AuthzPlan,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<AuthzFindings> {
  await using resources = new AsyncDisposableStack();
  const env = await prepareTables(leash, report, resources);
  report('the tables are filled');
  const printed = await runToEnd('snapshot-cost', ['--expose-gc', benchPaths.snapshotMain], env, leash);
  const snapshot = SnapshotCost.parse(JSON.parse(printed));
  report('the snapshot is measured');
  return { snapshot, turns: await measureAsks(plan, env, leash, report, signal) };
}

async function prepareTables(leash: Leash, report: Report, resources: AsyncDisposableStack) {
  const dir = await mkdtemp(join(benchPaths.work, 'authz-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
  const { postgres } = await startBackingServices({ dir, leash, pki, report, durable: false }, resources);
  const database = await createDatabaseIn(postgres, resources);
  const env = { POSTGRES_URL: database.urlWithoutPassword, POSTGRES_PASSWORD_FILE: database.passwordFile };
  await runToEnd('migrate', [benchPaths.authzMigrateMain], env, leash);
  await using filling = new AsyncDisposableStack();
  const client = filling.adopt(new Client({ connectionString: database.url }), (it) => it.end());
  await client.connect();
  await fillTables(client);
  return env;
}

async function measureAsks(
  { turns, asks }: AuthzPlan,
  env: Readonly<Record<string, string>>,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<readonly Turn[]> {
  await using resources = new AsyncDisposableStack();
  const [authzPort = 0] = await freePorts(1);
  const output = { file: join(benchPaths.work, 'authz.log') };
  const authz = resources.use(
    await leash.spawn(process.execPath, [benchPaths.authzMain], {
      name: 'authz',
      env: { ...env, LISTEN_PORT: String(authzPort), ADMIN_PORT: '0' },
      output,
    }),
  );
  await untilOpen(authzPort, 'authz', signal);
  const sample = JSON.stringify({ asks: [allowedAsk(1)] });
  const agent = new Agent();
  const answerBytes = (await post(agent, authzPort, '/v1/decisions', sample)).length;
  const constant = await startConstant(answerBytes, leash, signal, resources);
  const measured: Turn[] = [];
  // The first turn of each size is on cold code and is not kept.
  for (const asksEach of batchSizes) {
    const calls = Math.ceil(asks / asksEach);
    const bodies = bodiesOf(asksEach);
    const bodyOf = (call: number) => bodies[call % bodies.length] ?? '';
    const ours: Calls = { port: authzPort, path: '/v1/decisions', asksEach };
    const theirs: Calls = { port: constant.port, path: `/${asksEach}`, asksEach };
    for (let turn = 0; turn <= turns; turn += 1) {
      const [authzUs = 0] = await costsPerAskUs([authz.pid], ours, bodyOf, calls);
      const [constantUs = 0] = await costsPerAskUs([constant.process.pid], theirs, bodyOf, calls);
      if (turn > 0) measured.push({ asksEach, authzUs, constantUs });
    }
    report(`${asksEach} asks in a call: measured`);
  }
  return measured;
}

/** A thousand different bodies: the same one over and over would be cheaper to read than any real one. */
const bodiesOf = (asksEach: number) =>
  Array.from({ length: 1_000 }, (_, call) =>
    JSON.stringify({
      asks: Array.from({ length: asksEach }, (_ask, nth) => allowedAsk(call * asksEach + nth)),
    }),
  );
