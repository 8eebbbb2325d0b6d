import { generateKeyPairSync } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { CheckpointFolder } from '../src/checkpoint-folder.ts';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { keyChangeStatement, writeKeyChange } from '../src/key-change.ts';
import { type Proof, proveExchange } from '../src/prove-exchange.ts';
import { signStatement } from '../src/statement.ts';
import { runVerifier } from './run-verifier.ts';
import { emptyAudit, writeBatches } from './written-audit.ts';

const first = generateKeyPairSync('ed25519');
const second = generateKeyPairSync('ed25519');

async function signedAudit(resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'proof-'))).path;
  const { pool } = await emptyAudit(resources);
  await writeBatches(pool, 0);
  await writeCheckpoints(pool, first.privateKey, new Date());
  const statement = keyChangeStatement(first.privateKey, second.publicKey, new Date());
  await writeKeyChange(pool, { statement, signature: signStatement(statement, first.privateKey) });
  await writeBatches(pool, 1);
  await writeCheckpoints(pool, second.privateKey, new Date());
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, first.publicKey.export({ type: 'spki', format: 'pem' }));
  return { pool, folder, keyFile };
}

async function exchanges(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select internal_id as id from audit.event where partition = 0 group by 1 having count(*) = 2 order by min("offset")',
  );
  return rows.map(({ id }) => id);
}

test('the proof of each exchange holds for a verifier that knows the first key and the written format alone', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder, keyFile } = await signedAudit(resources);
  const file = join(folder, 'proofs.ndjson');
  const ids = await exchanges(pool);
  expect(ids).toHaveLength(16);
  const proofs = await Promise.all(ids.map((id) => proveExchange(pool, id)));
  await writeFile(
    file,
    proofs
      .flat()
      .map((proof) => JSON.stringify(proof))
      .join('\n'),
  );
  const { status, says } = await runVerifier('proof', file, keyFile);
  expect(says.match(/^holds: offset \d+ of ssp\.exchange/gm)).toHaveLength(32);
  expect(status).toBe(0);
});

const swapped = (hex = '') => (hex.startsWith('0') ? `1${hex.slice(1)}` : `0${hex.slice(1)}`);

test('a proof of which anything is altered does not hold', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder, keyFile } = await signedAudit(resources);
  const ids = await exchanges(pool);
  const [proof] = await proveExchange(pool, ids.at(-1) ?? '');
  if (!proof) throw new Error('nothing was proved');
  const [topic = '', partition = 0, offset = '', body = ''] = proof.record;
  const { statement, signature } = proof.checkpoint;
  const altered: Readonly<Record<string, Proof>> = {
    body: { ...proof, record: [topic, partition, offset, String(body).replace('GET', 'PUT')] },
    offset: { ...proof, record: [topic, partition, String(BigInt(offset) - 1n), body] },
    partition: { ...proof, record: [topic, 1, offset, body] },
    previous: { ...proof, previous: swapped(proof.previous) },
    leaf: { ...proof, leaf: proof.leaf - 1 },
    leaves: { ...proof, leaves: proof.leaves * 2 },
    path: { ...proof, path: proof.path.with(0, swapped(proof.path[0])) },
    'a shorter path': { ...proof, path: proof.path.slice(1) },
    'the root': { ...proof, checkpoint: { statement: statement.with(8, '00'.repeat(32)), signature } },
    'the time': {
      ...proof,
      checkpoint: { statement: statement.with(5, '2026-01-01T00:00:00.000Z'), signature },
    },
    'the signature': { ...proof, checkpoint: { statement, signature: swapped(signature) } },
    'the change of keys': { ...proof, keys: [] },
  };
  const file = join(folder, 'altered.ndjson');
  const lines = Object.values(altered).map((wrong) => JSON.stringify(wrong));
  await writeFile(file, lines.join('\n'));
  const { status, says } = await runVerifier('proof', file, keyFile);
  expect(status).toBe(3);
  const held = says
    .split('\n')
    .flatMap((line, at) => (line.startsWith('holds') ? [Object.keys(altered)[at]] : []));
  expect(held).toEqual([]);
  expect(says.match(/^does not hold/gm)).toHaveLength(lines.length);
});

test('an exchange after the last checkpoint cannot be proved yet', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await signedAudit(resources);
  await writeBatches(pool, 2);
  const ids = await exchanges(pool);
  await expect(proveExchange(pool, ids.at(-1) ?? '')).rejects.toThrow('after the next checkpoint');
});

test('the verifier checks a folder of checkpoints, and misses one that was taken out', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder, keyFile } = await signedAudit(resources);
  const today = new Date();
  await new CheckpointFolder(folder).giveOut(pool, today);
  expect(await runVerifier('checkpoints', folder, keyFile)).toEqual({
    status: 0,
    says: 'holds: 8 checkpoints of 4 partitions\n',
  });
  const cut = join(folder, 'cut');
  await using changed = await pool.connect().then((client) => ({
    client,
    [Symbol.asyncDispose]: async () => client.release(),
  }));
  await changed.client.query('begin');
  await changed.client.query('set local session_replication_role = replica');
  await changed.client.query(
    'delete from audit.checkpoint where (topic, partition, next_offset) in (select topic, partition, min(next_offset) from audit.checkpoint group by 1, 2)',
  );
  await new CheckpointFolder(cut).giveOut(changed.client, today);
  await changed.client.query('rollback');
  expect(await runVerifier('checkpoints', cut, keyFile)).toMatchObject({
    status: 3,
    says: expect.stringContaining('is not there'),
  });
});
