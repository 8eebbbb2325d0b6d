import { generateKeyPairSync } from 'node:crypto';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { partitionRecords } from '../src/partition-record.ts';
import { verifyChain } from '../src/verify-chain.ts';
import { exchangeEvents } from './events.ts';
import { auditRig } from './rig.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

async function faults(pool: Pool): Promise<readonly string[]> {
  const found = await Array.fromAsync(partitionRecords(pool), (record) =>
    verifyChain(pool, record, publicKey),
  );
  return found.flatMap((fault) => (fault ? [fault.fault] : []));
}

/** What only the database's owner can do, after taking the guard away. */
async function tamper(pool: Pool, statement: string): Promise<void> {
  await pool.query(`set session_replication_role = replica; ${statement}; reset session_replication_role`);
}

/** The first row of the longest partition of the received events, and one from its middle. */
const victim = (place: string) => `
  (topic, partition, "offset") = (
    select topic, partition, ${place}("offset") from audit.event
    where topic = 'ssp.exchange.received' group by topic, partition order by count(*) desc, partition limit 1
  )`;
const middle = 'percentile_disc(0.5) within group (order by "offset")';
const inMiddle = victim('max').replace('max("offset")', middle);

test.for([
  { tampering: 'nothing', statement: 'select 1', expected: [] },
  {
    tampering: 'a body',
    statement: `update audit.event set body = replace(body::text, 'GET', 'PUT')::json where ${inMiddle}`,
    expected: ['event altered, moved or put in'],
  },
  {
    tampering: 'a search column',
    statement: `update audit.event set from_asid = '000000000000' where ${inMiddle}`,
    expected: ['event does not match its search columns'],
  },
  {
    tampering: 'a decision put in',
    statement: `update audit.event set decision_id = 'd.1' where ${inMiddle}`,
    expected: ['event does not match its search columns'],
  },
  {
    tampering: 'another organisation',
    statement: `update audit.event set sender_ods = 'X26' where ${inMiddle}`,
    expected: ['event does not match its search columns'],
  },
  {
    tampering: 'nothing in rows from before the columns of decisions and organisations',
    statement: `update audit.event set decision_id = null, certificate_names = null, network = null, sender_ods = null,
      receiver_ods = null`,
    expected: [],
  },
  {
    tampering: 'a row taken from the middle',
    statement: `delete from audit.event where ${inMiddle}`,
    expected: ['event missing'],
  },
  {
    tampering: 'the last row taken',
    statement: `delete from audit.event where ${victim('max')}`,
    expected: ['checkpoint contradicts the rows'],
  },
  {
    tampering: 'a full URL',
    statement: `update audit.full_url set url = 'https://elsewhere.example/' where ${inMiddle}`,
    expected: ['full URL altered, moved, put in or missing'],
  },
  {
    tampering: 'a checkpoint',
    statement: `update audit.checkpoint set event_digest = url_digest
      where (topic, partition) = (
        select topic, partition from audit.checkpoint where topic = 'ssp.exchange.completed' order by partition limit 1)`,
    expected: ['checkpoint not signed by the key'],
  },
])('verification finds $tampering', async ({ statement, expected }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  // What no column can hold must not look like tampering either.
  const odd = 'https://provider.example/\0\ud800';
  const parties = { senderOds: 'R1A14', receiverOds: 'B82617', supplier: null };
  const exchanges = Array.from({ length: 100 }, () =>
    exchangeEvents({ received: { url: odd, redactedUrl: odd }, completed: { decisionId: 'd.0', parties } }),
  );
  const ids = exchanges.map(({ internalId }) => internalId);
  await rig.publish(exchanges.flatMap(({ records }) => records));
  {
    await using writer = new AsyncDisposableStack();
    await rig.start(writer);
    await expect
      .poll(() => rig.countRows(ids), { timeout: 40_000 })
      .toEqual({ rows: 200, events: 200, urls: 100 });
  }
  await writeCheckpoints(rig.pool, privateKey, new Date());
  await tamper(rig.pool, statement);
  expect(await faults(rig.pool)).toEqual(expected);
});
