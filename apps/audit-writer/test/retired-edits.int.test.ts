import { generateKeyPairSync } from 'node:crypto';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@ssp/testing';
import { type PoolClient } from 'pg';
import { expect, test } from 'vitest';
import { CheckpointFolder, folderStatements } from '../src/checkpoint-folder.ts';
import { retirementStatement, type SignedRetirement } from '../src/retire/retirement.ts';
import { retirementsOf, writeRetirements } from '../src/retire/retirement-rows.ts';
import { signStatement } from '../src/statement.ts';
import { type Fault } from '../src/verify/fault.ts';
import { folderFaults } from '../src/verify/folder-faults.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { agedAudit, keys, march, retire } from './aged-audit.ts';
import { edits } from './edits.ts';

const topic = 'ssp.exchange.received';
const ofFirst = `where topic = '${topic}' and partition = 0 and chain = 'event' and first_offset = 5`;

async function retiredAudit(resources: AsyncDisposableStack) {
  const audit = await agedAudit(resources);
  await retire(audit.pool);
  const client = await audit.pool.connect();
  resources.defer(() => client.release());
  return { ...audit, client };
}

/** What is found wrong once the edit has been made; afterwards nothing of it is left. */
async function faultsAfter(client: PoolClient, edit: () => Promise<unknown>): Promise<readonly Fault[]> {
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica');
    await edit();
    return (await verifyAudit(tableSource(client), keys)).faults;
  } finally {
    await client.query('rollback');
  }
}

/** A retirement as somebody without the key would make it, after taking away the row that it tells of. */
async function forge(client: PoolClient, changes: Partial<SignedRetirement>): Promise<void> {
  const [genuine] = await retirementsOf(client, topic, 0);
  if (!genuine) throw new Error('nothing was retired');
  const { rows } = await client.query<{ offset: string; digest: Buffer; before: Buffer }>(
    `with going as (delete from audit.event where topic = $1 and partition = 0 and "offset" = 46 returning "offset", digest)
     select "offset", digest, (select digest from audit.event where topic = $1 and partition = 0 and "offset" = 44) as before
     from going`,
    [topic],
  );
  const [row] = rows;
  if (!row) throw new Error('nothing was taken away');
  const forged = {
    ...genuine,
    firstOffset: 46n,
    nextOffset: 47n,
    rows: 1,
    digestBefore: row.before,
    digestAfter: row.digest,
    ...changes,
  };
  const { privateKey: ofNobody } = generateKeyPairSync('ed25519');
  const signature = signStatement(retirementStatement(forged), ofNobody);
  await writeRetirements(client, [{ ...forged, signature: changes.signature ?? signature }]);
}

const unsigned = { of: 'retirement', kind: 'not signed by a known key' };

/** What is done by hand, and what must be said of it. */
const retirementEdits: readonly (readonly [
  what: string,
  edit: string | ((client: PoolClient) => Promise<unknown>),
  fault: object,
])[] = [
  ['is taken away', `delete from audit.retirement ${ofFirst}`, { of: 'event', kind: 'missing', offset: 5n }],
  [
    'of full URLs is taken away',
    `delete from audit.retirement ${ofFirst.replace('event', 'url')}`,
    { of: 'full URL', kind: 'altered' },
  ],
  ['begins elsewhere', `update audit.retirement set first_offset = 6 ${ofFirst}`, unsigned],
  ['ends elsewhere', `update audit.retirement set next_offset = 24 ${ofFirst}`, unsigned],
  ['tells of more rows', `update audit.retirement set rows = rows + 1 ${ofFirst}`, unsigned],
  [
    'follows from another digest',
    `update audit.retirement set digest_before = sha256('') ${ofFirst}`,
    unsigned,
  ],
  ['ends in another digest', `update audit.retirement set digest_after = sha256('') ${ofFirst}`, unsigned],
  ['names another event', `update audit.retirement set event_id = 'another' ${ofFirst}`, unsigned],
  ['is of another time', `update audit.retirement set at = at - interval '1 y' ${ofFirst}`, unsigned],
  ['is of another month', `update audit.retirement set month = '2025-10' ${ofFirst}`, unsigned],
  ['names another key', `update audit.retirement set key_id = sha256('') ${ofFirst}`, unsigned],
  [
    'is of the other chain',
    `update audit.retirement set chain = 'url' where topic = 'ssp.exchange.completed' and first_offset = 5`,
    unsigned,
  ],
  ['is forged for a row that was taken away', (client) => forge(client, {}), unsigned],
  [
    'is widened over a row that was taken away',
    async (client) => {
      await client.query(
        `delete from audit.event where topic = '${topic}' and partition = 0 and "offset" = 23`,
      );
      await client.query(
        `update audit.retirement set next_offset = 24, rows = rows + 1 ${ofFirst.replace('= 5', '= 14')}`,
      );
    },
    unsigned,
  ],
  [
    'is not there for a row that was taken away beside it',
    `delete from audit.event where topic = '${topic}' and partition = 0 and "offset" = 23`,
    { of: 'event', kind: 'missing', offset: 23n },
  ],
  [
    'is not there for a full URL that was taken away beside it',
    `delete from audit.full_url where topic = '${topic}' and partition = 0 and "offset" = 31`,
    { of: 'full URL', kind: 'missing', offset: 31n },
  ],
  [
    'stands where a row was put back',
    `create table audit.put_back (like audit.event); insert into audit.put_back
       select * from audit.event where topic = '${topic}' and partition = 0 and "offset" = 23;
     update audit.put_back set "offset" = 20; insert into audit.event select * from audit.put_back`,
    { of: 'event', kind: 'put in', offset: 20n },
  ],
];

test('each edit of what was retired, or beside it, is found and named', async () => {
  await using resources = new AsyncDisposableStack();
  const { client } = await retiredAudit(resources);
  for (const [what, edit, fault] of retirementEdits) {
    const faults = await faultsAfter(client, () =>
      typeof edit === 'string' ? client.query(edit) : edit(client),
    );
    expect.soft(faults, `a retirement that ${what}`).toContainEqual(expect.objectContaining(fault));
  }
});

test('edits of what is kept are found with retirements between them', async () => {
  await using resources = new AsyncDisposableStack();
  const { client } = await retiredAudit(resources);
  const random = seededRandom(20_261_124);
  const kinds = Object.entries(edits);
  const unfound: string[] = [];
  let made = 0;
  for (let tried = 0; made < 40; tried += 1) {
    const [name, edit] = kinds[tried % kinds.length] ?? random.pick(kinds);
    let isMade = false;
    const faults = await faultsAfter(client, () =>
      edit(client, random).then(
        () => (isMade = true),
        // What it was to change has been dropped.
        () => client.query('rollback').then(() => client.query('begin')),
      ),
    );
    if (isMade && faults.length === 0) unfound.push(name);
    if (isMade) made += 1;
  }
  expect(unfound).toEqual([]);
}, 240_000);

test('retirements are given out once, and missed where the tables have them no more', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, client } = await retiredAudit(resources);
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'retired-'))).path;
  const running = new CheckpointFolder(folder);
  await running.giveOut(pool, march);
  await running.giveOut(pool, march);
  await new CheckpointFolder(folder).giveOut(pool, march);
  const file = join(folder, 'retirements-2026-03-15.ndjson');
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(19);
  expect(await folderFaults(pool, folderStatements(folder), keys)).toEqual([]);

  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  await client.query(`delete from audit.retirement ${ofFirst}`);
  expect(await folderFaults(client, folderStatements(folder), keys)).toMatchObject([
    { of: 'retirement', kind: 'missing', topic, partition: 0, offset: 5n },
  ]);
  await client.query('rollback');
});
