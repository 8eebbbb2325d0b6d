import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createService, readConfig } from '@ssp/service';
import { ourEnvironment } from '@ssp/testing';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConsoleConfig } from '../src/config.ts';
import { startConsole } from '../src/console.ts';
import { signedInEnvironment } from './signed-in.ts';

const token = 'b'.repeat(32);
const Opened = z.object({ msg: z.literal('query API open'), listen: z.object({ port: z.int() }) });

const billingMain = (name: string) =>
  fileURLToPath(new URL(`../../billing-aggregator/src/${name}.main.ts`, import.meta.url));

/** The real query API in a process of its own, on a database with one row of usage, and a console before it. */
async function consoleRig(resources: AsyncDisposableStack) {
  const database = await createDatabase(resources);
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'console-')));
  const tokensFile = join(directory.path, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify({ billing: token }));
  const env = ourEnvironment({
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
    BILLING_API_TOKENS_FILE: tokensFile,
    KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
    LISTEN_PORT: '0',
    ADMIN_PORT: '0',
  });
  const migration = spawn(process.execPath, [billingMain('migrate')], { env, stdio: 'ignore' });
  expect(await once(migration, 'exit')).toEqual([0, null]);

  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    with names as (
      select 'A & B, Ltd' as supplier, 'B82617' as provider_ods, '918999198738' as provider_asid,
        'A20047' as consumer_ods, '200000000359' as consumer_asid, 'urn:x' as interaction, '2xx' as outcome
    ), stored as (
      insert into billing.usage_key (
        key, supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome)
      select billing.usage_key_of(
        supplier, provider_ods, provider_asid, consumer_ods, consumer_asid, interaction, outcome), names.* from names
      returning key
    )
    insert into billing.usage_hour (
      hour, key, requests, billable, request_bytes, response_bytes, provider_timed, provider_us, provider_us_max,
      own_us, total_us)
    select '2026-10-31T23:00Z', key, 1234, 1000, 5000, 6000000, 2, 25000, 20000, 5000, 30000 from stored`);
  await client.end();

  const api = spawn(process.execPath, [billingMain('query-api')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(api, 'exit');
  const stopApi = async () => {
    api.kill('SIGTERM');
    await ended;
  };
  resources.defer(stopApi);
  const { env: signIn, cookieOf } = await signedInEnvironment('http://127.0.0.1', resources);
  const config = readConfig(ConsoleConfig, {
    ...signIn,
    LISTEN_PORT: '0',
    BILLING_API_URL: `http://127.0.0.1:${await openedPort(api.stdout)}`,
    BILLING_API_TIMEOUT_MS: '5000',
  });
  const { port } = await startConsole(config, createService('console', resources));
  const origin = `http://127.0.0.1:${port}`;
  const { name, value } = await cookieOf({
    name: 'Bilal',
    role: 'billing',
    supplier: null,
    accessToken: token,
  });
  const headers = { cookie: `${name}=${value}` };
  return { get: (path: string) => fetch(`${origin}${path}`, { redirect: 'manual', headers }), stopApi };
}

async function openedPort(stdout: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: stdout })) {
    const opened = Opened.safeParse(JSON.parse(line));
    if (opened.success) return opened.data.listen.port;
  }
  throw new Error('the query API ended before it listened');
}

test('the page shows the figures of the API, and says so when they cannot be had', async () => {
  await using resources = new AsyncDisposableStack();
  const { get, stopApi } = await consoleRig(resources);

  const root = await get('/');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/overview']);

  const page = await get('/usage');
  expect(page.status).toBe(200);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
  const html = await page.text();
  expect(html).toContain('Usage in October 2026');
  expect(html).toContain('A &amp; B, Ltd');
  expect(html).toContain('1,234');

  const narrowed = await (await get('/usage?month=2026-10&groupBy=outcome&step=hour&provider=B82617')).text();
  expect(narrowed).toContain('31 October 2026, 23:00');
  expect(narrowed).toContain('Answered (2xx)');
  expect(await (await get('/usage?month=2026-09')).text()).toContain('Nothing was used in September 2026.');
  expect((await get('/usage?month=tomorrow')).status).toBe(400);
  expect((await get('/other')).status).toBe(404);

  const overview = await (await get('/overview?month=2026-10')).text();
  expect(overview).toContain('Overview: October 2026');
  expect(overview).toMatch(
    /href="\/usage\?month=2026-10&amp;supplier=A\+%26\+B%2C\+Ltd&amp;groupBy=provider"/,
  );
  const performance = await (await get('/usage/performance?month=2026-10&by=supplier')).text();
  expect(performance).toContain('Performance in October 2026');
  expect(performance).toContain('A &amp; B, Ltd');
  const exchanges = await get('/usage/exchanges?from=2026-10-31&to=2026-10-31&hour=23');
  expect([exchanges.status, await exchanges.text()]).toEqual([
    200,
    expect.stringContaining('No exchange was counted in the hour of 31 October 2026, 23:00.'),
  ]);
  expect((await get('/usage?month=2026-10&cursor=garbled')).status).toBe(400);

  expect(await (await get('/statements')).text()).toContain('There are no statements yet');
  expect((await get('/statements/SSP-2026-10-0001')).status).toBe(404);
  expect((await get('/statements/..%2fmonths/csv')).status).toBe(404);

  const csv = await get('/usage.csv?month=2026-10&groupBy=supplier');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename=usage-2026-10.csv');
  expect(await csv.text()).toContain('\r\n"A & B, Ltd",1234,1000,');

  const styleSheets = Array.from(html.matchAll(/rel="stylesheet" href="([^"]+)"/g), ([, path = '']) => path);
  expect(styleSheets).toHaveLength(2);
  for (const path of [...styleSheets, '/assets/images/favicon.svg']) {
    const asset = await get(path);
    expect([path, asset.status, asset.headers.get('cache-control')]).toEqual([
      path,
      200,
      'public, max-age=3600',
    ]);
    await asset.bytes();
  }

  await stopApi();
  const without = await get('/usage');
  expect(without.status).toBe(502);
  expect(await without.text()).toContain('Figures not available');
  expect((await get('/usage.csv?month=2026-10')).status).toBe(502);
});
