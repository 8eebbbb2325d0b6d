import { generateKeyPairSync } from 'node:crypto';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { keyChangeStatement, writeKeyChange } from '../src/key-change.ts';
import { signStatement } from '../src/statement.ts';
import { tableSource } from '../src/verify/table-source.ts';
import { verifyAudit } from '../src/verify/verify-audit.ts';
import { agedAudit, keys, march, monthTables, privateKey, retire } from './aged-audit.ts';
import { writeBatches } from './written-audit.ts';

const verify = (pool: Pool) => verifyAudit(tableSource(pool), keys);
const empty = { 'audit.event_default': 0, 'audit.full_url_default': 0 };
/** Eight events a batch in each of two partitions of two topics, and a full URL of each of the first topic. */
const january = { 'audit.event_202601': 32, 'audit.full_url_202601': 16 };
const february = { 'audit.event_202602': 64, 'audit.full_url_202602': 32 };
/** Those of March, for which no month was made. */
const byDefault = { 'audit.event_default': 32, 'audit.full_url_default': 16 };
const old = {
  'audit.event_202511': 32,
  'audit.event_202512': 64,
  'audit.full_url_202511': 16,
  'audit.full_url_202512': 32,
};
const everything = { ...empty, ...old, ...january, ...february };

test('whole months beyond their retention are dropped, it is told, and the rest is found unaltered', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  expect(await monthTables(pool)).toEqual(everything);

  const { months, told } = await retire(pool);
  expect(months).toMatchObject([
    { month: '2025-11', events: 32, fullUrls: 16 },
    { month: '2025-12', events: 64, fullUrls: 32, last: new Date('2025-12-31T23:59:59.999Z') },
  ]);
  expect(await monthTables(pool)).toEqual({ ...empty, ...january, ...february });
  expect(told.map(({ data }) => data)).toEqual([
    {
      who: 'ada',
      why: 'the law',
      retentionDays: 60,
      months: ['2025-11', '2025-12'],
      occurredBefore: '2026-01-01T00:00:00.000Z',
      events: 96,
      fullUrls: 48,
    },
  ]);
  const { rows } = await pool.query(
    `select chain, count(*)::int as runs, sum(rows)::int as rows, count(distinct event_id)::int as events
     from audit.retirement group by 1 order by 1`,
  );
  expect(rows).toEqual([
    { chain: 'event', runs: 12, rows: 96, events: 1 },
    { chain: 'url', runs: 6, rows: 48, events: 1 },
  ]);
  expect(await verify(pool)).toEqual({
    partitions: 4,
    rows: 144,
    checkpoints: 16,
    retired: 144,
    faults: [],
  });
});

test('the audit grows on, and further months go in their turn, also where nothing is left between two runs', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  await retire(pool);
  await writeBatches(pool, 6, march);
  await writeCheckpoints(pool, privateKey, march);
  expect(await verify(pool)).toMatchObject({ faults: [] });

  expect(await retire(pool)).toMatchObject({ months: [], told: [] });
  const april = await retire(pool, { at: new Date('2026-04-05T00:00:00.000Z') });
  expect(april).toMatchObject({ months: [{ month: '2026-01' }], faults: [] });
  expect(await monthTables(pool)).toEqual({ ...byDefault, ...february });
  const september = await retire(pool, { at: new Date('2026-09-01T00:00:00.000Z') });
  expect(september).toMatchObject({ months: [{ month: '2026-02' }], faults: [] });
  expect(await monthTables(pool)).toEqual(byDefault);
  expect(await verify(pool)).toMatchObject({ rows: 48, retired: 288, faults: [] });
});

test('months are kept for as long as one of their days is within the retention', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  // The first of December has to be kept: the day before would do.
  await retire(pool, { retentionDays: 104 });
  expect(Object.keys(await monthTables(pool))).toContain('audit.event_202512');
  expect(Object.keys(await monthTables(pool))).not.toContain('audit.event_202511');
});

const other = generateKeyPairSync('ed25519');

test.for([
  {
    what: 'rows that no checkpoint covers yet',
    before: (pool: Pool) => writeBatches(pool, 6, new Date('2025-11-11T00:00:00.000Z')),
    changes: {},
    fails: 'covers offset',
  },
  {
    what: 'an event that Kafka does not confirm',
    before: async () => undefined,
    changes: { publish: () => Promise.reject(new Error('no broker')) },
    fails: 'no broker',
  },
  {
    what: 'a key that nobody would believe',
    before: async () => undefined,
    changes: { key: other.privateKey },
    fails: 'nobody who verifies',
  },
  {
    what: 'a key that another has followed',
    before: async (pool: Pool) => {
      const statement = keyChangeStatement(privateKey, other.publicKey, march);
      await writeKeyChange(pool, { statement, signature: signStatement(statement, privateKey) });
    },
    changes: {},
    fails: 'another key has followed',
  },
])('with $what nothing is dropped', async ({ before, changes, fails }) => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  await before(pool);
  const rows = await monthTables(pool);
  await expect(retire(pool, changes)).rejects.toThrow(fails);
  expect(await monthTables(pool)).toEqual(rows);
  expect((await pool.query('select from audit.retirement')).rowCount).toBe(0);
});

test.for([
  {
    what: 'a dropped row was altered',
    text: `update audit.event_202512 set body = '{}' where "offset" = 14`,
  },
  { what: 'a row before it is missing', text: `delete from audit.event_202511 where "offset" = 5` },
  { what: 'a full URL is missing', text: `delete from audit.full_url_202512 where "offset" = 16` },
  { what: 'a checkpoint was altered', text: `update audit.checkpoint set at = at + interval '1 s'` },
])('when $what the months are not dropped, and it is said where', async ({ text }) => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const client = await pool.connect();
  await client.query('set session_replication_role = replica');
  await client.query(text);
  client.release(true);
  const rows = await monthTables(pool);
  const { faults, told } = await retire(pool);
  expect(faults).not.toEqual([]);
  expect(told).toEqual([]);
  expect(await monthTables(pool)).toEqual(rows);
});

test('what is written into an old month after it was verified is not dropped, and nothing is', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const publish = () => writeBatches(pool, 6, new Date('2025-12-24T00:00:00.000Z'));
  await expect(retire(pool, { publish })).rejects.toThrow(
    'holds other rows of these months than were verified',
  );
  expect(await monthTables(pool)).toMatchObject({ ...january, ...february, 'audit.event_202512': 96 });
  expect(await verify(pool)).toMatchObject({ retired: 0, faults: [] });
});

test('of two that drop at once one is turned away before it tells of anything', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await agedAudit(resources);
  const publish = () => expect(retire(pool)).rejects.toThrow('another process is dropping months');
  await retire(pool, { publish });
  expect(await verify(pool)).toMatchObject({ retired: 144, faults: [] });
});
