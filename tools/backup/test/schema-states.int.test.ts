import { cp, mkdtempDisposable, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@ssp/postgres';
import { runOurs } from '@ssp/testing';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { lostBetween, readCatalog } from './schema-catalog.ts';

const root = join(import.meta.dirname, '../../..');
const log = pino({ level: 'silent' });

const services = [
  { app: 'audit-writer', schema: 'audit', program: 'main' },
  { app: 'billing-aggregator', schema: 'billing', program: 'main' },
  { app: 'billing-aggregator', schema: 'billing', program: 'query-api.main' },
  { app: 'authz', schema: 'authz', program: 'main' },
  { app: 'authz', schema: 'authz', program: 'admin-api.main' },
  { app: 'throttle', schema: 'throttle', program: 'admin-api.main' },
];
const owners = services.filter(
  ({ schema }, place) => services.findIndex((other) => other.schema === schema) === place,
);

/** A database, and a folder with the migrations of an app that can be taken from and added to. */
async function schemaRig(app: string, schema: string, resources: AsyncDisposableStack) {
  const database = await createDatabase(resources);
  const { path: folder } = resources.use(await mkdtempDisposable(join(tmpdir(), 'migrations-')));
  await cp(join(root, 'apps', app, 'migrations'), folder, { recursive: true });
  const config = {
    url: database.urlWithoutPassword,
    passwordFile: database.passwordFile,
    poolSize: 2,
    applicationName: 'schema-test',
  };
  const pool = resources.adopt(new Pool({ connectionString: database.url }), (it) => it.end());
  pool.on('error', () => undefined);
  return {
    database,
    folder,
    pool,
    names: (await readdir(folder)).map((name) => name.replace('.sql', '')).toSorted(),
    migrate: (directory = folder) => migrate({ config, directory, schema, log }),
  };
}

/** Runs a program until it ends by itself; it has all that it needs but a fit schema. */
async function runProgram(app: string, program: string, rig: Awaited<ReturnType<typeof schemaRig>>) {
  const tokens = join(rig.folder, 'tokens.json');
  await writeFile(tokens, JSON.stringify({ auditor: 'a'.repeat(32) }));
  return runOurs(`apps/${app}/src/${program}.ts`, [], {
    POSTGRES_URL: rig.database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: rig.database.passwordFile,
    KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
    REDIS_URL: backingServices().redis.url,
    ADMIN_PORT: '0',
    LISTEN_PORT: '0',
    AUDIT_API_TOKENS_FILE: tokens,
    BILLING_API_TOKENS_FILE: tokens,
    AUTHZ_API_TOKENS_FILE: tokens,
    THROTTLE_API_TOKENS_FILE: tokens,
  });
}

test.for(services)(
  'before its migrations $app ($program) does not start, and says what is to be run',
  async ({ app, schema, program }) => {
    await using resources = new AsyncDisposableStack();
    const rig = await schemaRig(app, schema, resources);
    const last = rig.names.at(-1) ?? '';
    await rm(join(rig.folder, `${last}.sql`));
    if (rig.names.length > 1) await rig.migrate();
    const { status, out, err } = await runProgram(app, program, rig);
    expect({ status, out, err }).toMatchObject({ status: 1 });
    expect(out).toContain(`the schema ${schema} lacks ${last}: run node apps/${app}/src/migrate.main.ts`);
  },
);

test('a program too old for what a migration took away does not start, and says so', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await schemaRig('billing-aggregator', 'billing', resources);
  await writeFile(join(rig.folder, '998_more.sql'), 'create table billing.more (id int);');
  await writeFile(join(rig.folder, '999_less_after_998.sql'), 'drop table billing.usage_key cascade;');
  await rig.migrate();
  const { status, out } = await runProgram('billing-aggregator', 'main', rig);
  expect(status).toBe(1);
  expect(out).toContain('has 999_less_after_998, which serves no program as old as this one');
});

test.for(owners)(
  'programs of the last release find all that they ask in the schema of now: $schema',
  async ({ app, schema }) => {
    await using resources = new AsyncDisposableStack();
    const rig = await schemaRig(app, schema, resources);
    const released = z
      .record(z.string(), z.string())
      .parse(JSON.parse(await readFile(join(root, 'infra/postgres/released.json'), 'utf8')))[schema];
    expect(rig.names).toContain(released);
    const newer = rig.names.slice(rig.names.indexOf(released ?? '') + 1);
    const { path: old } = resources.use(await mkdtempDisposable(join(tmpdir(), 'released-')));
    for (const name of rig.names.filter((each) => !newer.includes(each)))
      await cp(join(rig.folder, `${name}.sql`), join(old, `${name}.sql`));
    await rig.migrate(old);
    const before = await readCatalog(rig.pool, schema);
    // What says itself that it takes something away is kept from old programs by its name.
    for (const name of newer.filter((each) => /_after_\d{3}$/.test(each)))
      await rm(join(rig.folder, `${name}.sql`));
    await rig.migrate();
    expect(lostBetween(before, await readCatalog(rig.pool, schema))).toEqual([]);
  },
);

test('whatever a migration takes away from programs of before is found', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await schemaRig('throttle', 'throttle', resources);
  await rig.migrate();
  const before = await readCatalog(rig.pool, 'throttle');
  await writeFile(
    join(rig.folder, '999_much.sql'),
    `alter table throttle.limits_version rename column who to person;
     alter table throttle.limits_version alter column kind type varchar(20);
     alter table throttle.limits_version add column region text not null default 'x';
     alter table throttle.limits_version alter column region drop default;
     alter table throttle.limits_version drop constraint limits_version_pkey;
     revoke select on throttle.limits_version from ssp_throttle_read;
     drop function throttle.mark_published(bigint);`,
  );
  await rig.migrate();
  const lost = lostBetween(before, await readCatalog(rig.pool, 'throttle'));
  expect(lost).toEqual([
    'column limits_version.kind text',
    'column limits_version.who text',
    'function mark_published(told bigint) void',
    'grant SELECT on limits_version to ssp_throttle_read',
    'limits_version.person must be given now',
    'limits_version.region must be given now',
    'unique throttle.limits_version btree (version)',
  ]);
});
