import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MonthClosing, Reconciliations, reconciliationsPath } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { ourEnvironment, ourProgram, runOurs, startOwnKafka } from '@ssp/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readTariffFile } from '../src/books/read-tariff-file.ts';
import { storeTariffs } from '../src/books/tariff-versions.ts';
import { ada, graduated } from './books-rig.ts';
import { reconcileRig, TestEdge } from './reconcile-rig.ts';
import { tokens } from './rig.ts';

const patient = { timeout: 120_000, interval: 200 };

const LogLine = z.object({
  msg: z.string().optional(),
  listen: z.object({ port: z.int() }).optional(),
  admin: z.object({ port: z.int() }).optional(),
});

/** Billing and the audit with a query API in a process of its own, as in production, and what its log says. */
async function gateRig(resources: AsyncDisposableStack) {
  const { brokers } = await startOwnKafka(resources);
  const rig = await reconcileRig(resources, brokers);
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'month-gate-')));
  const tokensFile = join(folder.path, 'tokens.json');
  const signingKeyFile = join(folder.path, 'signing.pem');
  await writeFile(tokensFile, JSON.stringify(tokens));
  await writeFile(
    signingKeyFile,
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  const spawnApi = async () => {
    const [program, entry] = ourProgram('apps/billing-aggregator/src/query-api.main.ts');
    const child = spawn(program, [entry], {
      env: ourEnvironment({
        ...rig.environment,
        LISTEN_PORT: '0',
        ADMIN_PORT: '0',
        BILLING_API_TOKENS_FILE: tokensFile,
        BILLING_SIGNING_KEY_FILE: signingKeyFile,
        BILLING_SUMS_UP: 'false',
      }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    resources.defer(async () => {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    });
    const logged: string[] = [];
    let admin = 0;
    const open = Promise.withResolvers<number>();
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      logged.push(line);
      const told = LogLine.parse(JSON.parse(line));
      admin = told.admin?.port ?? admin;
      if (told.msg === 'query API open') open.resolve(told.listen?.port ?? 0);
    });
    lines.on('close', () => open.reject(new Error(`the query API ended: ${logged.join('\n')}`)));
    const url = `http://127.0.0.1:${await open.promise}`;
    const headers = { authorization: `Bearer ${tokens.billing}`, 'content-type': 'application/json' };
    return {
      logged,
      get: (path: string) => fetch(url + path, { headers }),
      post: (path: string, body: unknown) =>
        fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }),
      metric: async (name: string) => {
        const text = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
        return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.+)$`, 'm').exec(text)?.[1]);
      },
    };
  };
  return { ...rig, signingKeyFile, spawnApi };
}

type Rig = Awaited<ReturnType<typeof gateRig>>;

/** Has an edge end three exchanges in an hour in which nothing else was, and waits until both have them. */
async function endThree(rig: Rig, hour: string, resources: AsyncDisposableStack) {
  const edge = new TestEdge(hour);
  const ended = [edge.end(), edge.end(), edge.end()];
  await rig.publish([...ended, edge.tally()].map((event) => JSON.stringify(event)));
  await rig.startAggregator(resources);
  await expect.poll(() => rig.countAudited(hour, '1 hour'), patient).toBe(4);
  await expect.poll(() => rig.countEntered(hour, '1 hour'), patient).toBe(3);
  return ended;
}

test('a month that does not balance is closed by nobody, and once it is mended it is', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await gateRig(resources);
  const { pool } = rig;
  const hour = '2025-02-10T05:00:00.000Z';
  const [first] = await endThree(rig, hour, resources);
  const traceId = first?.data.traceId ?? '';
  await inTransaction(pool, (client) => {
    const read = readTariffFile(graduated.replaceAll('2026-01', '2025-01'));
    if (!read.read) throw new Error(JSON.stringify(read.faults));
    return storeTariffs(client, read.file, null, { actor: ada, why: 'review 12', at: new Date() });
  });
  await pool.query(
    'create table taken as select * from billing.counted_exchange where hour = $1 and internal_id = $2',
    [hour, first?.data.internalId],
  );
  await pool.query('delete from billing.counted_exchange where hour = $1 and internal_id = $2', [
    hour,
    first?.data.internalId,
  ]);
  // The other hours, of which there is nothing, were reconciled before.
  await pool.query(
    `insert into billing.reconciled_hour (hour, as_of, at, is_balanced)
     select hour, 0, now(), true
     from generate_series('2025-02-01T00:00Z'::timestamptz, '2025-02-28T23:00Z', '1 hour') as hour where hour <> $1`,
    [hour],
  );

  const api = await rig.spawnApi();
  const close = '/v1/months/2025-02/close';
  const refused = await api.post(close, { why: 'month end' });
  expect({ status: refused.status, text: await refused.text() }).toEqual({
    status: 409,
    text: expect.stringContaining(`${hour}: lost, ${traceId}`),
  });
  const job = {
    ...rig.environment,
    BILLING_MONTH: '2025-02',
    BILLING_SIGNING_KEY_FILE: rig.signingKeyFile,
  };
  const closeMonth = () => runOurs('apps/billing-aggregator/src/close-month.main.ts', [], job);
  expect(await closeMonth()).toMatchObject({ status: 3, out: expect.stringContaining(traceId) });
  const { rowCount } = await pool.query('select month from billing.period');
  expect(rowCount).toBe(0);

  await pool.query('insert into billing.counted_exchange select * from taken');
  expect(await closeMonth()).toMatchObject({
    status: 0,
    out: expect.stringContaining('the month is closed'),
  });

  await pool.query('alter table billing.statement_line disable trigger no_change');
  await pool.query('update billing.statement_line set quantity = 4');
  const trial = await api.post(close, { dryRun: true });
  const { reasons } = MonthClosing.parse(await trial.json());
  expect(reasons).toContainEqual(
    expect.stringMatching(
      /^2025-02: doubled, the statements of Supplier A have 4 .*counted are 3 and 0 late$/,
    ),
  );
  const told = Reconciliations.parse(await (await api.get(`${reconciliationsPath}?month=2025-02`)).json());
  expect(told).toMatchObject({
    isBalanced: false,
    state: 'unbalanced',
    notRipe: null,
    months: [{ month: '2025-02', state: 'unbalanced', stated: 4, counted: 3 }],
  });
  expect(told.hours.every(({ state }) => state === 'balanced')).toBe(true);
});

test('each ripe hour is held against the audit by itself, and what does not balance shows in log and metrics', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await gateRig(resources);
  const hourMs = 3_600_000;
  const hour = new Date((Math.floor(Date.now() / hourMs) - 3) * hourMs).toISOString();
  await endThree(rig, hour, resources);
  await rig.pool.query('update billing.usage_hour set requests = requests + 1 where hour = $1', [hour]);

  const api = await rig.spawnApi();
  await expect.poll(() => api.metric('ssp_billing_unreconciled_hours'), patient).toBe(1);
  expect(await api.metric('ssp_billing_differences')).toBe(1);
  expect(await api.metric('ssp_billing_unreconciled_age_seconds')).toBeGreaterThan(3_600);
  // Lines come by another way than figures, and may be read after them.
  await expect
    .poll(() => api.logged.join('\n'))
    .toMatch(/the usage of Supplier A.* has 4 requests.*an hour does not balance/);

  const ask = async (from: string, to: string) =>
    Reconciliations.parse(await (await api.get(`${reconciliationsPath}?from=${from}&to=${to}`)).json());
  const after = (hours: number) => new Date(Date.parse(hour) + hours * hourMs).toISOString();
  expect(await ask(after(1), after(2))).toMatchObject({ isBalanced: true, state: 'balanced', notRipe: null });
  expect(await ask(hour, after(2))).toMatchObject({ isBalanced: false, state: 'unbalanced' });
  const nothing = { isBalanced: false, state: 'nothing ripe', hours: [] };
  expect(await ask(after(100), after(102))).toMatchObject({
    ...nothing,
    notRipe: { from: after(100), to: after(102), hours: 2 },
  });
  const run = await api.post(reconciliationsPath, { from: after(100), to: after(102) });
  expect(await run.text()).toContain(`"notRipe":{"from":"${after(100)}","to":"${after(102)}","hours":2}`);
});
