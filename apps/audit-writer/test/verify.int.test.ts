import { generateKeyPairSync } from 'node:crypto';
import { seededRandom } from '@ssp/testing';
import { type PoolClient } from 'pg';
import { expect, test } from 'vitest';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { knownKeys } from '../src/key-change.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { batches } from './edit-makers.ts';
import { edits } from './edits.ts';
import { emptyAudit, writeBatches } from './written-audit.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const keys = knownKeys([publicKey], []);
const editCount = 200;

async function writtenAudit(resources: AsyncDisposableStack) {
  const audit = await emptyAudit(resources);
  for (let batch = 0; batch < batches; batch += 1) {
    await writeBatches(audit.pool, batch);
    await writeCheckpoints(audit.pool, privateKey, new Date());
  }
  const client = await audit.pool.connect();
  resources.defer(() => client.release());
  return { ...audit, client };
}

/** What is found wrong once `edit` has been made; afterwards nothing of it is left. */
async function faultsAfter<Result>(client: PoolClient, edit: () => Promise<Result>) {
  await client.query('begin');
  try {
    // What only the database's owner can do: the triggers would refuse.
    await client.query('set local session_replication_role = replica');
    const expected = await edit();
    const { faults } = await verifyAudit(tableSource(client), keys);
    return { expected, faults };
  } finally {
    await client.query('rollback');
  }
}

test('an audit that nobody has touched is found unaltered', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await writtenAudit(resources);
  const found = await verifyAudit(tableSource(pool), keys);
  expect(found).toEqual({ partitions: 4, rows: 144, checkpoints: 12, retired: 0, faults: [] });
});

test(`each of ${editCount} random edits is found and named`, async () => {
  await using resources = new AsyncDisposableStack();
  const { client } = await writtenAudit(resources);
  const random = seededRandom(20_261_123);
  const kinds = Object.entries(edits);
  const unfound: string[] = [];
  for (let made = 0; made < editCount; made += 1) {
    const [name, edit] = kinds[made % kinds.length] ?? random.pick(kinds);
    const { expected, faults } = await faultsAfter(client, () => edit(client, random));
    const isNamed = faults.some(
      ({ kind, offset }) =>
        kind === expected.kind && (expected.offset === undefined || offset === BigInt(expected.offset)),
    );
    if (!isNamed)
      unfound.push(`${name}: ${JSON.stringify(expected)} among ${faults.map((it) => it.detail).join()}`);
  }
  expect(unfound).toEqual([]);
}, 180_000);

test('rows from before the later columns may lack them, and no other rows may', async () => {
  await using resources = new AsyncDisposableStack();
  const { client } = await writtenAudit(resources);
  const { faults } = await faultsAfter(client, async () => {
    await client.query('update audit.chain_head set columns_since = 20');
    await client.query('update audit.event set decision_id = null, sender_ods = null where "offset" < 20');
    await client.query('update audit.event set network = null where "offset" = 21 and partition = 1');
  });
  expect(faults).toMatchObject([
    { topic: 'ssp.exchange.completed', partition: 1, kind: 'altered', offset: 21n },
  ]);
});

test('a partition of which only checkpoints are left is missed', async () => {
  await using resources = new AsyncDisposableStack();
  const { client } = await writtenAudit(resources);
  const { faults } = await faultsAfter(client, async () => {
    for (const table of ['event', 'full_url', 'quarantine', 'chain_head', 'consumer_offset']) {
      await client.query(
        `delete from audit.${table} where topic = 'ssp.exchange.received' and partition = 0`,
      );
    }
  });
  expect(faults).toMatchObject([
    { topic: 'ssp.exchange.received', partition: 0, of: 'chain head', kind: 'missing' },
  ]);
});
