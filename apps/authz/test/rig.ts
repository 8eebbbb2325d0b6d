import { answerBatch, AuthzAnswer, type AuthzAsk, decisionsPath } from '@ssp/contracts';
import { migrate, openPool, toPostgresConfig } from '@ssp/postgres';
import { createService, readConfig } from '@ssp/service';
import { backingServices, createDatabase } from '@ssp/testing/vitest';
import { Client } from 'ldapts';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { startAuthz } from '../src/authz.ts';
import { AuthzConfig } from '../src/config.ts';
import { SyncSdsConfig } from '../src/sync-sds-config.ts';
import { syncSdsOnce } from '../src/sync-sds.ts';

/** A migrated database and a directory of one test's own: a copy of the sample directory under another base. */
export type Rig = {
  readonly pool: Pool;
  readonly ldap: Client;
  readonly baseDn: string;
  /** The environment of the directory's loader. */
  readonly syncEnvironment: Readonly<Record<string, string>>;
  readonly postgresEnvironment: Readonly<Record<string, string>>;
};

/** A migrated database of one test's own. */
export async function createTables(
  resources: AsyncDisposableStack,
): Promise<Pick<Rig, 'pool' | 'postgresEnvironment'>> {
  const database = await createDatabase(resources);
  const postgresEnvironment = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
  };
  const postgres = toPostgresConfig({ ...postgresEnvironment, POSTGRES_POOL_SIZE: 4 }, 'test');
  const { log } = createService('test', resources);
  await migrate({
    config: postgres,
    directory: join(import.meta.dirname, '../migrations'),
    schema: 'authz',
    log,
  });
  return { pool: openPool(postgres, log, resources), postgresEnvironment };
}

export async function createRig(resources: AsyncDisposableStack): Promise<Rig> {
  const { pool, postgresEnvironment } = await createTables(resources);
  const { ldap: address, pki } = backingServices();
  const ldap = resources.use(
    new Client({ url: address.url, tlsOptions: { ca: await readFile(address.caFile) } }),
  );
  await ldap.bind(address.adminDn, address.adminPassword);
  const baseDn = `ou=${randomUUID()},${address.baseDn}`;
  await copyDirectory(ldap, address.baseDn, baseDn);

  const syncEnvironment = {
    ...postgresEnvironment,
    POSTGRES_ROLE: 'ssp_authz_write',
    SDS_URL: address.url,
    SDS_CA_FILE: address.caFile,
    SDS_CERT_FILE: pki.sdsClient.cert,
    SDS_KEY_FILE: pki.sdsClient.key,
    SDS_BASE_DN: baseDn,
    SDS_PAGE_SIZE: '7',
  };
  return { pool, ldap, baseDn, syncEnvironment, postgresEnvironment };
}

const unit = (name: string) => ({ objectClass: ['top', 'organizationalUnit'], ou: name });

async function copyDirectory(ldap: Client, fromDn: string, toDn: string): Promise<void> {
  await ldap.add(toDn, unit(toDn.slice('ou='.length, toDn.indexOf(','))));
  for (const name of ['Services', 'Organisations']) {
    await ldap.add(`ou=${name},${toDn}`, unit(name));
    const { searchEntries } = await ldap.search(`ou=${name},${fromDn}`, { scope: 'one' });
    for (const { dn, ...attributes } of searchEntries) {
      await ldap.add(`${dn.slice(0, dn.indexOf(','))},ou=${name},${toDn}`, textsOf(attributes));
    }
  }
}

/** An entry's attributes in the form in which another one can be added. */
export function textsOf(attributes: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, [value].flat().map(String)]),
  );
}

/** Loads the directory once, as `sync-sds --once` does. */
export async function sync(rig: Rig, overrides: Readonly<Record<string, string>> = {}) {
  await using resources = new AsyncDisposableStack();
  const config = readConfig(SyncSdsConfig, { ...rig.syncEnvironment, ...overrides });
  return await syncSdsOnce(config, createService('sync-sds', resources));
}

/** Starts the decision service on any free port. */
export async function startDecisions(
  rig: Pick<Rig, 'postgresEnvironment'>,
  resources: AsyncDisposableStack,
  overrides: Readonly<Record<string, string>> = {},
) {
  const service = createService('authz', resources);
  const environment = {
    ...rig.postgresEnvironment,
    POSTGRES_ROLE: 'ssp_authz_read',
    LISTEN_PORT: '0',
    ...overrides,
  };
  const { port } = await startAuthz(readConfig(AuthzConfig, environment), service);
  service.health.started();
  const post = (body: unknown, path = decisionsPath) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const decideAll = async (asks: readonly unknown[]) => {
    const answers = await (await post({ asks })).json();
    return answerBatch(AuthzAnswer).parse(answers).answers;
  };
  const decide = async (ask: AuthzAsk) => (await decideAll([ask]))[0];
  return { service, post, decide, decideAll };
}

/** The version of the rules in the tables. */
export async function rulesVersion(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ version: string }>('select version from authz.rules_version');
  return rows[0]?.version;
}

/** The connections of this database that last asked or now ask for this, so that a test can wait for one. */
export async function connectionsAsking(pool: Pool, like: string): Promise<readonly number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and query like $1`,
    [like],
  );
  return rows.map(({ pid }) => pid);
}

/** The sample consumer reads the metadata of a sample practice. */
export const sampleAsk: AuthzAsk = {
  certificateNames: ['good.consumer.thirdparty.nhs.uk'],
  from: '200000000359',
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  targetHost: 'orange.testlab.nhs.uk',
  targetPath: '/B82617/STU3/1/gpconnect/fhir/metadata',
  network: 'private',
};
