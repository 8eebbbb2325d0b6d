import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leash, type PostgresAddress } from '@ssp/testing';
import { type Client } from 'pg';
import { postgresEnvironment, withClient } from '../audit/audit-rig.ts';
import { peakMemoryMb } from '../cpu/peak-memory.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runToEnd } from '../run-to-end.ts';
import { fillCounted } from './fill-usage.ts';

/** A month that was closed by a process of its own. */
export type ClosedMonth = {
  readonly rows: number;
  readonly keys: number;
  readonly requests: number;
  readonly statements: number;
  readonly seconds: number;
  readonly memoryMb: number;
};

/** The hours of each month that have usage: so many of each name's rows are to be added up. */
const hoursOf = [
  { month: '2025-01', hours: 2 },
  { month: '2025-02', hours: 4 },
  { month: '2025-03', hours: 8 },
] as const;

const pollMs = 20;

type Closing = {
  readonly database: PostgresAddress;
  /** Where the audit is. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dir: string;
};

/** Fills the months, each with twice the rows of the one before, as if all their hours were reconciled; needs the names and the patterns of this session. */
export async function fillMonths(client: Client, report: Report): Promise<void> {
  for (const { month, hours } of hoursOf) {
    const from = Date.parse(`${month}-06T08:00Z`);
    for (let nth = 0; nth < hours; nth += 1)
      await fillCounted(client, { start: new Date(from + nth * 3_600_000), share: 1 / hours });
    await client.query(
      `insert into billing.reconciled_hour (hour, as_of, at, is_balanced, requests, billable)
       select hour, 0, now(), true, coalesce(sum(requests), 0), coalesce(sum(billable), 0)
       from generate_series($1::timestamptz, $1::timestamptz + interval '1 month' - interval '1 hour', interval '1 hour') as hour
       left join billing.usage_hour using (hour) group by hour`,
      [`${month}-01T00:00Z`],
    );
    report(`${month} is filled`);
  }
}

/** Closes those months. */
export async function measureClosing(
  { database, environment, dir }: Closing,
  leash: Leash,
  report: Report,
): Promise<readonly ClosedMonth[]> {
  const postgres = postgresEnvironment(database);
  const signingKey = join(dir, 'billing-signing.pem');
  await writeFile(
    signingKey,
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
  );
  await runToEnd(
    'load-tariffs',
    [benchPaths.loadTariffsMain],
    { ...postgres, TARIFFS_FILE: benchPaths.tariffs },
    leash,
  );
  const closed: ClosedMonth[] = [];
  for (const { month } of hoursOf) {
    const env = { ...postgres, ...environment, BILLING_MONTH: month, BILLING_SIGNING_KEY_FILE: signingKey };
    const cost = await runClosing(env, leash);
    const size = await withClient(database.url, async (client) => {
      const { rows } = await client.query<Omit<ClosedMonth, keyof typeof cost>>(
        `select count(*)::float8 as rows, count(distinct key)::float8 as keys, sum(requests)::float8 as requests,
           (select statements from billing.period where month = $1) as statements
         from billing.usage_hour where to_char(hour at time zone 'UTC', 'YYYY-MM') = $1`,
        [month],
      );
      return rows[0];
    });
    if (size === undefined) throw new Error('nothing was closed');
    closed.push({ ...size, ...cost });
    report(
      `${month}: ${size.rows} rows closed in ${cost.seconds.toFixed(1)} s with ${cost.memoryMb.toFixed(0)} MB`,
    );
  }
  return closed;
}

async function runClosing(env: Readonly<Record<string, string>>, leash: Leash) {
  const startedMs = performance.now();
  const child = await leash.spawn(process.execPath, [benchPaths.closeMonthMain], {
    name: 'billing-close-month',
    env,
    output: 'pipe',
  });
  let memoryMb = 0;
  const watch = async () => {
    while (!child.hasExited()) {
      // It may just have ended.
      memoryMb = Math.max(memoryMb, (await peakMemoryMb(child.pid).catch(() => 0)) || 0);
      await sleep(pollMs);
    }
  };
  const [output, errors, { code }] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
    watch(),
  ]);
  if (code !== 0) throw new Error(`the month was not closed: ${errors}${output.slice(-2_000)}`);
  return { seconds: (performance.now() - startedMs) / 1_000, memoryMb };
}
