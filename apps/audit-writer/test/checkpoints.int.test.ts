import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '@ssp/postgres';
import { seededRandom } from '@ssp/testing';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { CheckpointFolder, folderStatements } from '../src/checkpoint-folder.ts';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { keyChangeStatement, knownKeys, readKeyChanges, writeKeyChange } from '../src/key-change.ts';
import { keyIdOf, signStatement } from '../src/statement.ts';
import { folderFaults } from '../src/verify/folder-faults.ts';
import { findSetBack, type SetBack } from '../src/restore/find-restored.ts';
import { restorationStatement } from '../src/restore/restoration.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { edits } from './edits.ts';
import { runVerifier } from './run-verifier.ts';
import { batchRecords, emptyAudit, firstOffset, writeBatches } from './written-audit.ts';

const first = generateKeyPairSync('ed25519');
const second = generateKeyPairSync('ed25519');
const minuteMs = 60_000;
const start = new Date('2026-03-01T23:58:00.000Z');
const later = (minutes: number) => new Date(start.getTime() + minutes * minuteMs);

async function auditAndFolder(resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'checkpoints-'))).path;
  const { pool } = await emptyAudit(resources);
  return { pool, folder };
}

async function signBatch(pool: Pool, batch: number, key = first.privateKey): Promise<void> {
  await writeBatches(pool, batch);
  await writeCheckpoints(pool, key, later(batch));
}

/** Three batches, signed for and given out. */
async function threeGivenOut(resources: AsyncDisposableStack) {
  const { pool, folder } = await auditAndFolder(resources);
  const writer = new CheckpointFolder(folder);
  for (const batch of [0, 1, 2]) await signBatch(pool, batch);
  await writer.giveOut(pool, later(2));
  return { pool, folder, writer };
}

const linesOf = async (path: string) =>
  (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');

test('checkpoints are given out once, a file a day, also after a restart and a line cut short', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await auditAndFolder(resources);
  const running = new CheckpointFolder(folder);
  for (const batch of [0, 1]) {
    await signBatch(pool, batch);
    await running.giveOut(pool, later(batch));
    await running.giveOut(pool, later(batch));
  }
  const today = join(folder, 'checkpoints-2026-03-01.ndjson');
  expect(await linesOf(today)).toHaveLength(8);

  await appendFile(today, '{"statement":["ssp.aud');
  await signBatch(pool, 2);
  const restarted = new CheckpointFolder(folder);
  await restarted.giveOut(pool, later(1));
  expect(await linesOf(today)).toHaveLength(13);
  await restarted.giveOut(pool, later(2));
  expect(await readdir(folder)).toEqual(['checkpoints-2026-03-01.ndjson', 'checkpoints-2026-03-02.ndjson']);
  // A day begins with the last of the day before.
  expect(await linesOf(join(folder, 'checkpoints-2026-03-02.ndjson'))).toHaveLength(4);

  const statements = await Array.fromAsync(folderStatements(folder));
  expect(new Set(statements.map(({ statement }) => JSON.stringify(statement))).size).toBe(12);
  const keys = knownKeys([first.publicKey], []);
  expect(await folderFaults(pool, folderStatements(folder), keys)).toEqual([]);
});

test('a tail that was cut off with its checkpoints and heads is found by those that were given out', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await threeGivenOut(resources);

  const keys = knownKeys([first.publicKey], []);
  const client = await pool.connect();
  resources.defer(() => client.release());
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  await edits['truncate the tail, and put the head back']?.(client, seededRandom(1));
  await client.query(
    `delete from audit.checkpoint using audit.consumer_offset as kept
     where checkpoint.topic = kept.topic and checkpoint.partition = kept.partition
       and checkpoint.next_offset > kept.next_offset`,
  );
  await client.query('commit');
  expect(await verifyAudit(tableSource(pool), keys)).toMatchObject({ faults: [] });
  expect(await folderFaults(pool, folderStatements(folder), keys)).toMatchObject([
    { of: 'checkpoint', kind: 'missing', topic: 'ssp.exchange.received' },
  ]);
});

/** As a restore to the first batch leaves the tables; what follows comes out otherwise. */
async function setBackToFirstBatch(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('set local session_replication_role = replica');
    for (const table of ['event', 'full_url', 'quarantine'])
      await client.query(`delete from audit.${table} where "offset" >= $1`, [firstOffset + batchRecords]);
    await client.query('delete from audit.checkpoint where next_offset > $1', [firstOffset + batchRecords]);
    await client.query(
      `update audit.chain_head set event_digest = checkpoint.event_digest, url_digest = checkpoint.url_digest
       from audit.checkpoint
       where checkpoint.topic = chain_head.topic and checkpoint.partition = chain_head.partition`,
    );
    await client.query('update audit.consumer_offset set next_offset = $1', [firstOffset + batchRecords]);
  });
}

/** What somebody signs of it. */
function signRestored(setBack: readonly SetBack[], at: Date, { privateKey, publicKey } = first) {
  const keyId = Buffer.from(keyIdOf(publicKey), 'hex');
  return setBack.map(({ found: _found, ...place }) => {
    const statement = restorationStatement({ ...place, who: 'ada', why: 'a disk was lost', at, keyId });
    return { statement, signature: signStatement(statement, privateKey) };
  });
}

test('tables that were set back give nothing out until somebody signs for it, and what follows is then given out without a gap', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await auditAndFolder(resources);
  const keys = knownKeys([first.publicKey], []);
  await signBatch(pool, 0);
  for (const batch of [1, 2]) await signBatch(pool, batch);
  const writer = new CheckpointFolder(folder);
  await writer.giveOut(pool, later(0));

  await setBackToFirstBatch(pool);
  await expect(writer.giveOut(pool, later(0))).rejects.toThrow('was given out and is not in the tables');
  const absent = await folderFaults(pool, folderStatements(folder), keys);
  expect(absent).toHaveLength(4);
  expect(absent[0]?.detail).toContain('not read again yet');
  await signBatch(pool, 1);
  await signBatch(pool, 2);
  const setBack = await findSetBack(pool, folderStatements(folder), keys);
  expect(setBack).toHaveLength(4);
  expect(setBack[0]).toMatchObject({ since: 14n, upTo: 32n, found: { other: 2, before: 0 } });
  expect(await folderFaults(pool, folderStatements(folder), keys)).toHaveLength(4);

  const withForged = async function* () {
    yield* folderStatements(folder);
    yield* signRestored(setBack, later(3), { ...first, privateKey: second.privateKey });
  };
  expect(await folderFaults(pool, withForged(), keys)).toHaveLength(4);
  await new CheckpointFolder(folder).giveOutRestorations(signRestored(setBack, later(3)), later(3));
  const restored: string[] = [];
  expect(
    await folderFaults(pool, folderStatements(folder), keys, ({ found }) => restored.push(found)),
  ).toEqual([]);
  expect(restored).toEqual(Array.from({ length: 8 }, () => 'other'));
  expect(await findSetBack(pool, folderStatements(folder), keys)).toEqual([]);
  await writer.giveOut(pool, later(3));
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, first.publicKey.export({ format: 'pem', type: 'spki' }));
  expect(await runVerifier('checkpoints', folder, keyFile)).toMatchObject({
    status: 0,
    says: expect.stringContaining('20 checkpoints of 4 partitions, 4 restorations'),
  });
});

test('who has signed for one restore has not signed for the next', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder, writer } = await threeGivenOut(resources);
  const keys = knownKeys([first.publicKey], []);
  await setBackToFirstBatch(pool);
  const once = await findSetBack(pool, folderStatements(folder), keys);
  await new CheckpointFolder(folder).giveOutRestorations(signRestored(once, later(3)), later(3));
  await writeBatches(pool, 1);
  await writeCheckpoints(pool, first.privateKey, later(4));
  await expect(writer.giveOut(pool, later(4))).rejects.toThrow('was given out and is not in the tables');
  await writer.giveOut(pool, later(4));

  await setBackToFirstBatch(pool);
  await writeBatches(pool, 1);
  await writeCheckpoints(pool, first.privateKey, later(5));
  const restored: string[] = [];
  const faults = await folderFaults(pool, folderStatements(folder), keys, ({ found }) =>
    restored.push(found),
  );
  expect(faults).toHaveLength(4);
  const again = await findSetBack(pool, folderStatements(folder), keys);
  expect(again).toHaveLength(4);
  expect(again[0]).toMatchObject({ since: 14n, upTo: 23n });
  await new CheckpointFolder(folder).giveOutRestorations(signRestored(again, later(6)), later(6));
  await signBatch(pool, 2);
  expect(await folderFaults(pool, folderStatements(folder), keys)).toEqual([]);
  await new CheckpointFolder(folder).giveOut(pool, later(7));
  expect(await findSetBack(pool, folderStatements(folder), keys)).toEqual([]);
});

test('a restore that was signed for by a key that had been replaced is not believed', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await threeGivenOut(resources);
  await setBackToFirstBatch(pool);
  const replaced = keyChangeStatement(first.privateKey, second.publicKey, later(3));
  const change = { statement: replaced, signature: signStatement(replaced, first.privateKey) };
  const keys = knownKeys([first.publicKey], [change]);
  await signBatch(pool, 1, second.privateKey);
  await signBatch(pool, 2, second.privateKey);
  const setBack = await findSetBack(pool, folderStatements(folder), keys);
  expect(setBack).toHaveLength(4);
  const told = async (at: Date, key = first) => {
    const signed = signRestored(setBack, at, key);
    const all = async function* () {
      yield* folderStatements(folder);
      yield* signed;
    };
    return {
      faults: (await folderFaults(pool, all(), keys)).length,
      setBack: (await findSetBack(pool, all(), keys)).length,
    };
  };
  expect(await told(later(5))).toEqual({ faults: 4, setBack: 4 });
  expect(await told(later(5), second)).toEqual({ faults: 0, setBack: 0 });
});

test('a key that signs which one follows it signs nothing more, and whoever knows it knows the other', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder } = await auditAndFolder(resources);
  await signBatch(pool, 0);
  const statement = keyChangeStatement(first.privateKey, second.publicKey, later(0.5));
  await writeKeyChange(pool, { statement, signature: signStatement(statement, first.privateKey) });
  await expect(signBatch(pool, 1)).rejects.toThrow('another key has followed');
  await signBatch(pool, 2, second.privateKey);

  const changes = await readKeyChanges(pool);
  const faultsFor = async (given: typeof first.publicKey) =>
    (await verifyAudit(tableSource(pool), knownKeys([given], changes))).faults;
  expect(await faultsFor(first.publicKey)).toEqual([]);
  expect(await faultsFor(second.publicKey)).toHaveLength(4);
  await new CheckpointFolder(folder).giveOut(pool, later(2));
  const given = await Array.fromAsync(folderStatements(folder));
  expect(given).toContainEqual({ statement, signature: signStatement(statement, first.privateKey) });
});

test('what a replaced key has signed later is not believed', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await auditAndFolder(resources);
  await signBatch(pool, 0);
  await writeBatches(pool, 1);
  await writeCheckpoints(pool, first.privateKey, later(3));
  const statement = keyChangeStatement(first.privateKey, second.publicKey, later(1));
  const change = { statement, signature: signStatement(statement, first.privateKey) };
  const { faults } = await verifyAudit(tableSource(pool), knownKeys([first.publicKey], [change]));
  expect(faults).toHaveLength(4);
  expect(faults[0]).toMatchObject({
    kind: 'not signed by a known key',
    detail: 'the key had been replaced by then',
  });
});

test('a change of keys that the old one has not signed changes nothing', () => {
  const statement = keyChangeStatement(first.privateKey, second.publicKey, later(1));
  const forged = { statement, signature: signStatement(statement, second.privateKey) };
  expect(knownKeys([first.publicKey], [forged]).size).toBe(1);
});
