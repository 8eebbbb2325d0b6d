import { appendFile, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckpointFolder } from '../src/checkpoint-folder.ts';
import { proveExchange } from '../src/prove-exchange.ts';
import { agedAudit, march, publicKey, retire } from './aged-audit.ts';
import { runVerifier } from './run-verifier.ts';

async function retiredFolder(resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'retired-'))).path;
  const { pool } = await agedAudit(resources);
  await retire(pool);
  await new CheckpointFolder(folder).giveOut(pool, march);
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return { pool, folder, keyFile };
}

test('what is kept is proved as ever, also where its tree holds rows that were dropped', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, folder, keyFile } = await retiredFolder(resources);
  const { rows } = await pool.query<{ id: string }>(
    'select distinct internal_id as id from audit.event where partition = 0',
  );
  expect(rows).toHaveLength(24);
  const proofs = (await Promise.all(rows.map(({ id }) => proveExchange(pool, id)))).flat();
  // Those whose tree holds a batch that was dropped and one that was kept.
  expect(proofs.filter(({ leaves }) => leaves === 16)).toHaveLength(32);
  const file = join(folder, 'proofs.ndjson');
  await writeFile(file, proofs.map((proof) => JSON.stringify(proof)).join('\n'));
  const { status, says } = await runVerifier('proof', file, keyFile);
  expect(says.match(/^holds: offset \d+ of ssp\.exchange/gm)).toHaveLength(48);
  expect(status).toBe(0);
});

test('the independent verifier checks what was dropped, and finds a statement that was altered or made up', async () => {
  await using resources = new AsyncDisposableStack();
  const { folder, keyFile } = await retiredFolder(resources);
  expect(await runVerifier('checkpoints', folder, keyFile)).toEqual({
    status: 0,
    says: 'holds: 16 checkpoints of 4 partitions, 144 rows dropped\n',
  });
  const file = join(folder, 'retirements-2026-03-15.ndjson');
  const [first = ''] = (await readFile(file, 'utf8')).split('\n');
  await appendFile(file, `${first.replace('"2025-11"', '"2025-10"')}\n`);
  expect(await runVerifier('checkpoints', folder, keyFile)).toMatchObject({
    status: 3,
    says: expect.stringContaining('the retirement is not signed by a known key'),
  });
});
