import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createDatabaseIn, type Leash } from '@ssp/testing';
import { postgresEnvironment, startStores, withClient } from '../audit/audit-rig.ts';
import { cpuTimeUs, readProcesses } from '../cpu/cpu-time.ts';
import { percentile } from '../latency/percentile.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { fillUsage } from './fill-usage.ts';
import { type AskedKind, askedKinds } from './usage-asked.ts';
import { type UsageSize, usageSize } from './usage-size.ts';
import { readStorage, type UsageStorage } from './usage-storage.ts';

/** Milliseconds of one kind of question, asked over HTTP one after the other. */
export type AskedTimes = {
  readonly kind: string;
  readonly asked: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of the API and Postgres together, on average: what it would take on a machine that has nothing else to do. */
  readonly cpuMs: number;
  readonly bytes: number;
};

export type QueryFindings = {
  readonly percent: number;
  readonly size: UsageSize;
  readonly storage: UsageStorage;
  readonly times: readonly AskedTimes[];
  /** Of the machine, after all was asked: others may be at work on it. */
  readonly loadAfter: number;
};

const askedMost = 100;
const unmeasured = 10;
/** Of a kind that takes long fewer are asked. */
const askedForMs = 10_000;
const askedLeast = 20;

const token = 'b'.repeat(32);

/** Fills the tables with so many percent of the nation's usage, then asks a query API that runs as in production. */
export async function measureQuery(
  percent: number,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<QueryFindings> {
  await using resources = new AsyncDisposableStack();
  const stores = await startStores(leash, report, resources);
  const database = await createDatabaseIn(stores.postgres, resources);
  await runToEnd('migrate-billing', [benchPaths.billingMigrateMain], postgresEnvironment(database), leash);
  const size = usageSize(percent);
  report(`filling the tables with ${percent} % of the nation's usage`);
  const storage = await withClient(database.url, async (client) => {
    await fillUsage(client, size, report);
    return readStorage(client, size.exchangesAMonth);
  });
  report(`filled: ${storage.gigabytesFilled.toFixed(1)} GB`);
  const [port = 0] = await freePorts(1);
  const tokens = join(stores.dir, 'billing-tokens.json');
  await writeFile(tokens, JSON.stringify({ billing: token }));
  const api = resources.use(
    await leash.spawn(process.execPath, [benchPaths.queryApiMain], {
      name: 'billing-query-api',
      env: {
        ...postgresEnvironment(database),
        KAFKA_BROKERS: stores.kafka.brokers.join(','),
        BILLING_API_TOKENS_FILE: tokens,
        // Everything is summed up, and of what is counted there is only the end.
        BILLING_SUMS_UP: 'false',
        LISTEN_PORT: String(port),
        ADMIN_PORT: '0',
      },
      output: { file: join(benchPaths.work, 'billing-query-api.log') },
    }),
  );
  await untilOpen(port, 'the query API', signal);
  const times: AskedTimes[] = [];
  const cpuUs = () => {
    const processes = readProcesses();
    return cpuTimeUs(processes, api.pid) + cpuTimeUs(processes, stores.pids.postgres);
  };
  for (const asked of askedKinds(size)) {
    const found = await timesOf(asked, { port, cpuUs, signal });
    report(`${found.kind}: p95 ${found.p95Ms.toFixed(0)} ms`);
    times.push(found);
  }
  return { percent, size, storage, times, loadAfter: loadavg()[0] ?? 0 };
}

async function timesOf(
  { kind, path, query }: AskedKind,
  {
    port,
    cpuUs,
    signal,
  }: { readonly port: number; readonly cpuUs: () => number; readonly signal: AbortSignal },
): Promise<AskedTimes> {
  const tookMs: number[] = [];
  let bytes = 0;
  let beganUs = cpuUs();
  const beganMs = performance.now();
  for (let nth = -unmeasured; nth < askedMost; nth += 1) {
    const isSlow = performance.now() - beganMs > askedForMs;
    if (isSlow && tookMs.length >= askedLeast) break;
    if (isSlow) nth = Math.max(nth, 0);
    if (tookMs.length === 0) beganUs = cpuUs();
    const startedMs = performance.now();
    const length = await ask(port, `${path}?${new URLSearchParams(query()).toString()}`, signal);
    if (nth < 0) continue;
    tookMs.push(performance.now() - startedMs);
    bytes += length;
  }
  const cpuMs = (cpuUs() - beganUs) / tookMs.length / 1_000;
  const sorted = tookMs.toSorted((left, right) => left - right);
  return {
    kind,
    asked: tookMs.length,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    cpuMs,
    bytes: bytes / tookMs.length,
  };
}

/** @throws Error unless it is answered */
async function ask(port: number, path: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} is answered by ${answer.status}: ${text}`);
  return text.length;
}
