import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ReconcileLine, reconciliationsPath } from '@ssp/contracts';
import { findProgram, type Leash, type PostgresAddress } from '@ssp/testing';
import {
  auditorToken,
  type AuditRig,
  postgresEnvironment,
  startAuditRig,
  withClient,
} from '../audit/audit-rig.ts';
import { runPsql } from '../audit/psql.ts';
import { cpuTimeUs, readProcesses } from '../cpu/cpu-time.ts';
import { peakMemoryMb } from '../cpu/peak-memory.ts';
import { tickUs } from '../cpu/proc-stat.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { median } from '../report/median.ts';
import { runToEnd } from '../run-to-end.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { fillAuditHour } from './fill-audit-hour.ts';
import { fillNames } from './fill-names.ts';
import { fillCounted, fillLedger, fillPatterns } from './fill-usage.ts';
import { type ClosedMonth, fillMonths, measureClosing } from './measure-closing.ts';
import { until, type UsageSize, usageSize } from './usage-size.ts';

/** CPU time in microseconds for each exchange of the hour, and how long all of it took. */
export type HourCost = {
  readonly billingUs: number;
  readonly auditUs: number;
  readonly postgresUs: number;
  readonly seconds: number;
};

export type ReconcileFindings = {
  readonly percent: number;
  readonly exchanges: number;
  readonly groups: number;
  /** Of an hour that balances. */
  readonly balanced: HourCost;
  /** Of the same hour without one row of the ledger, which is found and named. */
  readonly named: HourCost;
  /** psql that reads the same rows: of it and Postgres together. */
  readonly psqlUs: number;
  /** The most memory of the query API: after all hours that balanced, and after those that did not. */
  readonly memoryMb: { readonly billing: readonly [number, number]; readonly audit: number };
  readonly months: readonly ClosedMonth[];
  readonly loadAfter: number;
};

const perHour = 500_000;
/** Beyond what any process looks at by itself. */
const hour = new Date(until.getTime() - 3_600_000);
const rounds = 3;
const token = 'b'.repeat(32);

/** Holds an hour of so many percent of the nation against the audit as in production, and closes months. */
export async function measureReconcile(
  percent: number,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<ReconcileFindings> {
  await using resources = new AsyncDisposableStack();
  const psql = await findProgram('psql');
  if (psql === undefined) throw new Error('this bench compares with psql: install postgresql-client');
  const rig = await startAuditRig(leash, report, resources);
  const database = await rig.createAudit(hour, resources);
  await runToEnd('migrate-billing', [benchPaths.billingMigrateMain], postgresEnvironment(database), leash);
  const size = usageSize(percent);
  const filled = await withClient(database.url, async (client) => {
    await client.query(`set maintenance_work_mem = '1GB'; set work_mem = '256MB'`);
    await fillPatterns(client);
    await fillNames(client, size);
    report('the names are there');
    await client.query('alter table billing.usage_hour disable trigger user');
    await fillMonths(client, report);
    await fillCounted(client, { start: hour, share: shareOfHour(size, percent) });
    await fillLedger(client, hour);
    for (const table of ['usage_hour', 'counted_exchange', 'usage_key'])
      await client.query(`vacuum analyze billing.${table}`);
    report('the ledger is there');
    await fillAuditHour(client, hour);
    const { rows } = await client.query<{ exchanges: number; groups: number }>(
      'select sum(requests)::float8 as exchanges, count(*)::float8 as groups from billing.usage_hour where hour = $1',
      [hour],
    );
    return rows[0] ?? { exchanges: 0, groups: 0 };
  });
  report(`${filled.exchanges} exchanges are in the ledger and the audit`);
  const ports = await freePorts(2);
  const [auditPort = 0, port = 0] = ports;
  const [audit] = await rig.startWriters(database, 1, auditPort, resources);
  await untilOpen(auditPort, 'the audit', signal);
  const environment = await auditEnvironment(rig, auditPort);
  const api = await startApi(rig, { database, leash, port, environment }, resources);
  await untilOpen(port, 'the query API', signal);
  if (audit === undefined) throw new Error('there is no audit');
  const pids = { billing: api.pid, audit: audit.pid, postgres: rig.pids.postgres };
  const held = () => reconciled(port, signal);

  const balanced: HourCost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    balanced.push(await costOf(filled.exchanges, pids, async () => expectState(await held(), 'balanced')));
    report(`an hour that balances: ${tell(balanced.at(-1))}`);
  }
  const memoryOfSums = await peakMemoryMb(api.pid);
  const psqlUs: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    psqlUs.push(
      await costOfPsql(filled.exchanges, pids.postgres, () => runPsql(psql, database, readBoth, leash)),
    );
  report(`psql: ${median(psqlUs).toFixed(1)} µs`);

  await withClient(database.url, (client) =>
    client.query(
      `delete from billing.counted_exchange where ctid in (select ctid from billing.counted_exchange limit 1)`,
    ),
  );
  const named: HourCost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    named.push(await costOf(filled.exchanges, pids, async () => expectState(await held(), 'unbalanced')));
    report(`an hour with a difference: ${tell(named.at(-1))}`);
  }
  const memoryMb = {
    billing: [memoryOfSums, await peakMemoryMb(api.pid)] as const,
    audit: await peakMemoryMb(audit.pid),
  };
  const months = await measureClosing({ database, environment, dir: rig.dir }, leash, report);
  return {
    percent,
    ...filled,
    balanced: medianCost(balanced),
    named: medianCost(named),
    psqlUs: median(psqlUs),
    memoryMb,
    months,
    loadAfter: loadavg()[0] ?? 0,
  };
}

function shareOfHour({ exchangesAMonth }: UsageSize, percent: number): number {
  return (perHour * percent) / 100 / exchangesAMonth;
}

async function auditEnvironment({ dir }: AuditRig, port: number) {
  const file = join(dir, 'audit-token');
  await writeFile(file, auditorToken);
  return { AUDIT_API_URL: `http://127.0.0.1:${port}`, AUDIT_API_TOKEN_FILE: file };
}

async function startApi(
  { dir, brokers }: AuditRig,
  {
    database,
    leash,
    port,
    environment,
  }: {
    readonly database: PostgresAddress;
    readonly leash: Leash;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
  },
  resources: AsyncDisposableStack,
) {
  const tokens = join(dir, 'billing-tokens.json');
  await writeFile(tokens, JSON.stringify({ billing: token }));
  return resources.use(
    await leash.spawn(process.execPath, [benchPaths.queryApiMain], {
      name: 'billing-query-api',
      env: {
        ...postgresEnvironment(database),
        ...environment,
        KAFKA_BROKERS: brokers.join(','),
        BILLING_API_TOKENS_FILE: tokens,
        BILLING_SUMS_UP: 'false',
        // So long that it holds nothing against the audit by itself.
        RECONCILE_AFTER_MINUTES: String(100 * 24 * 60),
        LISTEN_PORT: String(port),
        ADMIN_PORT: '0',
      },
      output: { file: join(benchPaths.work, 'billing-query-api.log') },
    }),
  );
}

/** What the hour came to. */
async function reconciled(port: number, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${reconciliationsPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ from: hour.toISOString(), to: until.toISOString() }),
    signal,
  });
  const lines = (await answer.text()).trim().split('\n');
  for (const line of lines) {
    const told = ReconcileLine.parse(JSON.parse(line));
    if ('hour' in told) return told.hour.state;
  }
  throw new Error('no hour was told of');
}

function expectState(state: string, due: string): void {
  if (state !== due) throw new Error(`the hour is ${state}, and should be ${due}`);
}

type Pids = { readonly billing: number; readonly audit: number; readonly postgres: number };

async function costOf(exchanges: number, pids: Pids, work: () => Promise<void>): Promise<HourCost> {
  const spentUs = () => {
    const processes = readProcesses();
    const of = (pid: number) => cpuTimeUs(processes, pid);
    return { billing: of(pids.billing), audit: of(pids.audit), postgres: of(pids.postgres) };
  };
  const [before, startedMs] = [spentUs(), performance.now()];
  await work();
  const [after, seconds] = [spentUs(), (performance.now() - startedMs) / 1_000];
  return {
    billingUs: (after.billing - before.billing) / exchanges,
    auditUs: (after.audit - before.audit) / exchanges,
    postgresUs: (after.postgres - before.postgres) / exchanges,
    seconds,
  };
}

/** psql ends: its time goes over to this process. */
async function costOfPsql(exchanges: number, postgres: number, work: () => Promise<void>): Promise<number> {
  const spentUs = () => {
    const processes = readProcesses();
    const { user, system } = process.cpuUsage();
    return cpuTimeUs(processes, postgres) + (processes.get(process.pid)?.ticks ?? 0) * tickUs - user - system;
  };
  const beforeUs = spentUs();
  await work();
  return (spentUs() - beforeUs) / exchanges;
}

const inHour = `>= '${hour.toISOString()}'`;
const readBoth = [
  `copy (select key, count(*), count(*) filter (where billable), sum(request_bytes), sum(response_bytes)
     from billing.counted_exchange where hour = '${hour.toISOString()}' group by key) to stdout`,
  `copy (select partition, "offset", body from audit.event
     where kind = 'completed' and occurred_at ${inHour} and occurred_at < '${until.toISOString()}') to stdout`,
];

function medianCost(costs: readonly HourCost[]): HourCost {
  const of = (get: (cost: HourCost) => number) => median(costs.map(get));
  return {
    billingUs: of(({ billingUs }) => billingUs),
    auditUs: of(({ auditUs }) => auditUs),
    postgresUs: of(({ postgresUs }) => postgresUs),
    seconds: of(({ seconds }) => seconds),
  };
}

function tell(cost: HourCost | undefined): string {
  if (cost === undefined) return 'nothing';
  const { billingUs, auditUs, postgresUs, seconds } = cost;
  return `${billingUs.toFixed(1)} + ${auditUs.toFixed(1)} + ${postgresUs.toFixed(1)} µs, ${seconds.toFixed(1)} s`;
}
