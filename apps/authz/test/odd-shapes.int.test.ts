import { startLeash, startSlapd } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { createService, readConfig } from '@ssp/service';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countDirectory } from '../src/count-directory.ts';
import { SyncSdsConfig } from '../src/sync-sds-config.ts';
import { syncSdsOnce } from '../src/sync-sds.ts';
import { type Expectation, oddShapesFile, readExpectations } from './odd-shapes/read-expectations.ts';
import { createTables } from './rig.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let pool: Pool;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ssp-odd-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const leash = await startLeash(dir, resources);
  const { pki } = backingServices();
  const options = {
    dir: join(dir, 'slapd'),
    logFile: join(dir, 'slapd.log'),
    leash,
    pki,
    writeLdif: (file: string) => copyFile(oddShapesFile, file),
    lenient: true,
  };
  const slapd = await startSlapd(options, resources);
  const database = await createTables(resources);
  ({ pool } = database);
  const environment = {
    ...database.postgresEnvironment,
    SDS_URL: slapd.url,
    SDS_CA_FILE: slapd.caFile,
    SDS_PAGE_SIZE: '7',
  };
  await syncSdsOnce(readConfig(SyncSdsConfig, environment), createService('sync-sds', resources));
});

type Becomes = Expectation['becomes'];

const expectations = await readExpectations();

test.for(expectations)('$odd', async ({ dn, becomes }) => {
  expect(await cameOf(dn, becomes)).toMatchObject(expectedOf(becomes));
});

// The server writes names in a case of its own.
async function cameOf(dn: string, becomes: Becomes): Promise<object> {
  const known = await pool.query<{ reason: string | null }>(
    'select reason from authz.directory_entry where lower(dn) = lower($1)',
    [dn],
  );
  const reasons = known.rows.map(({ reason }) => reason);
  if (becomes.kind !== 'row') return { reasons };
  const { name, key } = becomes.table;
  const { rows } = await pool.query(`select * from authz.${name} where ${key} = $1`, [becomes.id]);
  return { reasons, rows };
}

function expectedOf(becomes: Becomes): object {
  switch (becomes.kind) {
    case 'set aside':
      return { reasons: [becomes.reason] };
    case 'nothing':
      return { reasons: [] };
    case 'row':
      return { reasons: [null], rows: [becomes.fields] };
  }
}

test('what is odd is counted, and nothing else came of the directory', async () => {
  const rows = (table: string) =>
    expectations.filter(({ becomes }) => becomes.kind === 'row' && becomes.table.name === table).length;
  const reasons: Record<string, number> = {};
  for (const { becomes } of expectations) {
    if (becomes.kind === 'set aside') reasons[becomes.reason] = (reasons[becomes.reason] ?? 0) + 1;
  }
  const counts = await countDirectory(pool);
  expect(counts.rows).toEqual({
    systems: rows('accredited_system'),
    handlers: rows('message_handler'),
    organisations: rows('organisation'),
  });
  expect(counts.setAside).toEqual(reasons);
  expect(expectations.length).toBeGreaterThan(30);
});
