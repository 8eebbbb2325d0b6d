import { randomBytes } from 'node:crypto';
import { copyFile, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOurs, startGuardedPostgres, tlsParameters } from '@ssp/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, expect, test, vi } from 'vitest';
import { ensureAccounts, openPool } from '../src/index.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const infra = join(import.meta.dirname, '../../../infra/postgres');
const { path: dir } = resources.use(await mkdtempDisposable(join(tmpdir(), 'accounts-')));
const { address, certified, forged } = await startGuardedPostgres(join(infra, 'pg_hba.conf'), resources);

const names = [
  'authz',
  'sync-sds',
  'authz-admin-api',
  'throttle',
  'throttle-admin-api',
  'audit-writer',
  'billing-aggregator',
  'query-api',
  'load',
  'migrate',
];
const passwordFiles = new Map(names.map((name) => [name, join(dir, name)]));
for (const file of passwordFiles.values()) await writeFile(file, `${randomBytes(24).toString('hex')}\n`);
const administrator = {
  url: address.urlWithoutPassword,
  passwordFile: address.passwordFile,
  poolSize: 1,
  applicationName: 'accounts',
};
const accounts = () => ensureAccounts(administrator, join(infra, 'accounts.sql'), passwordFiles);
await accounts();
for (const app of ['authz', 'throttle', 'audit-writer', 'billing-aggregator']) {
  const { status, out } = await runOurs(`apps/${app}/src/migrate.main.ts`, [], {
    POSTGRES_URL: (await urlOf('migrate')).href,
    POSTGRES_PASSWORD_FILE: passwordFiles.get('migrate') ?? '',
  });
  if (status !== 0) throw new Error(`${app} is not migrated: ${out}`);
}

async function urlOf(login: string, files = certified(login)) {
  const url = new URL(address.urlWithoutPassword);
  url.username = login;
  url.search = tlsParameters(await files);
  return url;
}

async function connected(url: URL, password: string, own: AsyncDisposableStack) {
  const withPassword = Object.assign(new URL(url), { password });
  const client = own.adopt(new Client({ connectionString: withPassword.href }), (it) => it.end());
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function signIn(login: string, own: AsyncDisposableStack, url?: URL) {
  const password = (await readFile(passwordFiles.get(login) ?? '', 'utf8')).trim();
  return connected(url ?? (await urlOf(login)), password, own);
}

/** What every service reads, and what none but the one that is named may. */
const rooms = ['authz.agreement', 'throttle.limits_version', 'audit.event', 'billing.usage_hour'] as const;

test.for([
  { login: 'authz', reads: ['authz.agreement'] },
  { login: 'sync-sds', reads: ['authz.agreement'] },
  { login: 'authz-admin-api', reads: ['authz.agreement'] },
  { login: 'throttle', reads: ['throttle.limits_version'] },
  { login: 'throttle-admin-api', reads: ['throttle.limits_version'] },
  { login: 'audit-writer', reads: ['audit.event'] },
  { login: 'billing-aggregator', reads: ['billing.usage_hour'] },
  { login: 'query-api', reads: ['billing.usage_hour'] },
  { login: 'load', reads: ['authz.agreement', 'throttle.limits_version', 'billing.usage_hour'] },
])('$login signs in, sees what is its own and nothing of other rooms', async ({ login, reads }) => {
  await using own = new AsyncDisposableStack();
  const client = await signIn(login, own);
  for (const table of reads) await client.query(`select from ${table}`);
  for (const table of rooms.filter((it) => !reads.includes(it))) {
    await expect(client.query(`select from ${table}`)).rejects.toThrow(/^permission denied/);
  }
});

test.for([
  { login: 'authz', deed: 'change a rule', sql: `insert into authz.certificate_name values ('1', 'a')` },
  { login: 'authz', deed: 'act as who changes rules', sql: 'set role ssp_authz_write' },
  {
    login: 'sync-sds',
    deed: 'rewrite the history of rules',
    sql: 'delete from authz.certificate_name_history',
  },
  { login: 'authz-admin-api', deed: 'say that others did it', sql: `update authz.change set who = 'x'` },
  {
    login: 'throttle',
    deed: 'add limits',
    sql: `insert into throttle.limits_version (who, why, kind, document, text) values ('x', 'x', 'x', '{}', '')`,
  },
  { login: 'throttle-admin-api', deed: 'take limits away', sql: 'delete from throttle.limits_version' },
  { login: 'audit-writer', deed: 'take the audit away', sql: 'delete from audit.event' },
  { login: 'audit-writer', deed: 'change it', sql: 'update audit.event set digest = digest' },
  { login: 'audit-writer', deed: 'drop months', sql: 'set role ssp_audit_retire' },
  { login: 'billing-aggregator', deed: 'see statements', sql: 'select from billing.statement' },
  { login: 'billing-aggregator', deed: 'keep the books', sql: 'set role ssp_billing_books' },
  {
    login: 'query-api',
    deed: 'change usage',
    sql: 'update billing.usage_hour set requests = requests',
  },
  { login: 'query-api', deed: 'count', sql: 'set role ssp_billing_aggregator' },
  { login: 'load', deed: 'see the audit', sql: 'set role ssp_auditor' },
  { login: 'load', deed: 'make a schema', sql: 'create schema mine' },
  { login: 'migrate', deed: 'make a login', sql: 'create role mine login' },
  { login: 'migrate', deed: 'read files of the server', sql: `select pg_read_file('postgresql.conf')` },
  { login: 'authz', deed: 'make temporary tables', sql: 'create temporary table mine ()' },
  { login: 'query-api', deed: 'run programs of the server', sql: `copy (select) to program 'true'` },
  { login: 'query-api', deed: 'act as an administrator', sql: 'set role ssp' },
  {
    login: 'query-api',
    deed: 'act for the migrations',
    sql: 'set role migrate',
  },
  { login: 'query-api', deed: "change another's password", sql: `alter role "authz" password 'x'` },
])('$login may not $deed', async ({ login, sql }) => {
  await using own = new AsyncDisposableStack();
  const client = await signIn(login, own);
  await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
});

test.for([
  {
    who: "by another service's certificate",
    url: () => urlOf('audit-writer', certified('authz')),
    fault: 'password authentication failed',
  },
  {
    who: 'by a certificate of another CA',
    url: () => urlOf('audit-writer', forged('audit-writer')),
    fault: /unknown ca|certificate|ECONNRESET|terminated/i,
  },
  {
    who: 'without a certificate',
    url: async () => {
      const url = await urlOf('audit-writer');
      url.searchParams.delete('sslcert');
      url.searchParams.delete('sslkey');
      return url;
    },
    fault: 'connection requires a valid client certificate',
  },
  {
    who: 'in plain text',
    url: async () => {
      const url = await urlOf('audit-writer');
      url.search = '';
      return url;
    },
    fault: /no pg_hba.conf entry .* no encryption/,
  },
])('nobody is let in $who, be the password right', async ({ url, fault }) => {
  await using own = new AsyncDisposableStack();
  await expect(signIn('audit-writer', own, await url())).rejects.toThrow(fault);
});

test('a renewed certificate is shown with the next connection, without a restart', async () => {
  await using own = new AsyncDisposableStack();
  const [before, after] = [await forged('audit-writer'), await certified('audit-writer')];
  const files = { ...after, certFile: join(dir, 'renewed.pem'), keyFile: join(dir, 'renewed.key.pem') };
  const put = async ({ certFile, keyFile }: typeof files) => {
    await copyFile(certFile, files.certFile);
    await copyFile(keyFile, files.keyFile);
  };
  await put(before);
  const url = (await urlOf('audit-writer', Promise.resolve(files))).href;
  const passwordFile = passwordFiles.get('audit-writer') ?? '';
  const pool = openPool(
    { url, passwordFile, poolSize: 1, applicationName: 'renewed' },
    pino({ level: 'silent' }),
    own,
  );
  await expect(pool.query('select 1')).rejects.toThrow(/unknown ca|certificate|ECONNRESET|terminated/i);
  await put(after);
  await vi.waitFor(() => pool.query('select 1'), { timeout: 60_000, interval: 200 });
});

test('nobody is let in without the password', async () => {
  await using own = new AsyncDisposableStack();
  await expect(connected(await urlOf('audit-writer'), 'wrong', own)).rejects.toThrow(
    'password authentication failed',
  );
});

test('a second run takes what is not in the file, and has a new password hold', async () => {
  await using own = new AsyncDisposableStack();
  const superuser = own.adopt(new Client({ connectionString: address.url }), (it) => it.end());
  await superuser.connect();
  await superuser.query('grant ssp_audit_retire to "query-api"');
  await writeFile(passwordFiles.get('query-api') ?? '', 'another-password');
  await accounts();
  const client = await signIn('query-api', own);
  await expect(client.query('set role ssp_audit_retire')).rejects.toMatchObject({ code: '42501' });
  await client.query('set role ssp_billing_books');
});
