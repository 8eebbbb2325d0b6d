import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ourEnvironment, type Random, seededRandom } from '@ssp/testing';
import { type Pool, type PoolClient } from 'pg';
import { expect, test } from 'vitest';
import { checkNumbers } from '../src/numbers/check-numbers.ts';
import { batchWriter, receivedOf } from './batch-writer.ts';
import { from } from './numbered-events.ts';
import { emptyAudit } from './written-audit.ts';

const topic = 'ssp.exchange.received';
const atOnce = { gapAfterMs: 0, retiredBeforeMs: null };
const sources = ['a', 'b', 'c'];
const numbersEach = 120;
const editCount = 100;

/** The numbers of every source in pieces over three partitions. */
async function writeAll(pool: Pool): Promise<void> {
  const write = batchWriter(pool);
  for (let first = 1, piece = 0; first <= numbersEach; first += 20, piece += 1) {
    await write(
      piece % 3,
      sources.flatMap((source) => receivedOf(source, from(first, first + 19))),
    );
  }
}

/** What is found once `edit` has been made; afterwards nothing of it is left. */
async function foundAfter(client: PoolClient, edit: () => Promise<unknown>) {
  await client.query('begin');
  try {
    // What only the database's owner can do: the triggers would refuse.
    await client.query('set local session_replication_role = replica');
    await edit();
    return await checkNumbers(client, atOnce);
  } finally {
    await client.query('rollback');
  }
}

const which = "where body ->> 'source' = $1 and (body ->> 'sequence')::int = $2";
const remove = (client: PoolClient, source: string, number: number) =>
  client.query(`delete from audit.event ${which}`, [source, number]);

/** Each makes a random edit and says what is to be found. */
const edits = {
  'an event taken away': async (client: PoolClient, random: Random) => {
    const [source, first] = [random.pick(sources), 1 + random.below(numbersEach)];
    await remove(client, source, first);
    return [{ kind: 'taken away', source, first, last: first }];
  },
  'the last events of a producer taken away': async (client: PoolClient, random: Random) => {
    const [source, first] = [random.pick(sources), 1 + random.below(numbersEach)];
    for (const number of from(first, numbersEach)) await remove(client, source, number);
    return [{ kind: 'taken away', source, first, last: numbersEach }];
  },
  'an event put in twice': async (client: PoolClient, random: Random) => {
    const [source, first] = [random.pick(sources), 1 + random.below(numbersEach)];
    await client.query(
      `insert into audit.event
       select (jsonb_populate_record(event, jsonb_build_object('occurred_at', occurred_at + interval '1 ms'))).*
       from audit.event ${which}`,
      [source, first],
    );
    return [{ kind: 'repeated', source, first, last: first }];
  },
  'an event that was never written': async (client: PoolClient, random: Random) => {
    const [source, first] = [random.pick(sources), 1 + random.below(numbersEach - 1)];
    await remove(client, source, first);
    await client.query('delete from audit.number_run');
    const insert =
      'insert into audit.number_run select no, $2::bigint, $3::bigint from audit.producer where source = $1 and $2::bigint <= $3::bigint';
    for (const each of sources) {
      const isHoled = each === source;
      await client.query(insert, [each, 1, isHoled ? first - 1 : numbersEach]);
      if (isHoled) await client.query(insert, [each, first + 1, numbersEach]);
    }
    return [{ kind: 'never written', source, first, last: first }];
  },
  'the number of an event made another': async (client: PoolClient, random: Random) => {
    const source = random.pick(sources);
    const first = 1 + random.below(numbersEach - 1);
    await client.query(
      `update audit.event set body = jsonb_set(body::jsonb, '{sequence}', to_jsonb($3::text))::json ${which}`,
      [source, first, String(first + 1)],
    );
    return [
      { kind: 'repeated', source, first: first + 1, last: first + 1 },
      { kind: 'taken away', source, first, last: first },
    ];
  },
};

test(`numbers that are there once each are found so, and each of ${editCount} random edits is named`, async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  await writeAll(pool);
  const events = sources.length * numbersEach;
  const whole = { producers: 3, events, unnumbered: 0, putAside: 0, retired: 0, faults: [] };
  expect(await checkNumbers(pool, atOnce)).toEqual(whole);

  const client = await pool.connect();
  resources.defer(() => client.release());
  const random = seededRandom(20_261_124);
  const kinds = Object.entries(edits);
  for (let made = 0; made < editCount; made += 1) {
    const [name, edit] = kinds[made % kinds.length] ?? random.pick(kinds);
    let expected: readonly object[] = [];
    const { faults } = await foundAfter(client, async () => {
      expected = await edit(client, random);
    });
    expect({ name, faults }).toMatchObject({ name, faults: expected.map((fault) => ({ ...fault, topic })) });
  }
  expect(await checkNumbers(pool, atOnce)).toEqual(whole);
}, 120_000);

test('what retention has dropped is not missed, and what else is gone is', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await emptyAudit(resources);
  const write = batchWriter(pool);
  const retiredBefore = new Date('2026-02-01T00:00:00.000Z');
  const around = (minutes: number) => new Date(retiredBefore.getTime() + minutes * 60_000);
  await write(0, receivedOf('a', from(1, 10), around(-5)));
  // At the month's end a later number may be of an earlier time.
  await write(0, [
    ...receivedOf('a', [11], around(0)),
    ...receivedOf('a', [12], around(-1)),
    ...receivedOf('a', from(13, 20), around(2)),
    ...receivedOf('a', from(21, 30), around(500)),
  ]);
  await write(1, receivedOf('gone', from(1, 5), around(-10)));
  await write(1, receivedOf('later', from(1, 5), around(50_000)));
  await pool.query("update audit.producer set since = $1 where source <> 'later'", [around(60)]);
  const client = await pool.connect();
  resources.defer(() => client.release());
  await client.query('set session_replication_role = replica');
  await client.query('delete from audit.event where occurred_at < $1', [retiredBefore]);
  const settings = { gapAfterMs: 0, retiredBeforeMs: retiredBefore.getTime() };
  expect(await checkNumbers(client, settings)).toMatchObject({ retired: 16, faults: [] });

  await remove(client, 'a', 25);
  await remove(client, 'later', 1);
  expect((await checkNumbers(client, settings)).faults).toEqual([
    { kind: 'taken away', topic, source: 'a', first: 25, last: 25 },
    { kind: 'taken away', topic, source: 'later', first: 1, last: 1 },
  ]);
});

test('the command tells by its exit status, and names what is missing', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, postgres } = await emptyAudit(resources);
  const write = batchWriter(pool);
  const run = async () => {
    const main = join(import.meta.dirname, '../src/numbers.main.ts');
    const env = ourEnvironment({
      POSTGRES_URL: postgres.url,
      POSTGRES_PASSWORD_FILE: postgres.passwordFile,
      POSTGRES_ROLE: 'ssp_auditor',
    });
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { output, status };
  };
  await write(0, receivedOf('a', [1, 2, 5]));
  // Not long enough ago.
  expect(await run()).toMatchObject({ status: 0, output: expect.stringContaining('"msg":"complete"') });
  await pool.query("update audit.number_run set at = at - interval '2 minutes'");
  const { status, output } = await run();
  expect(status).toBe(3);
  expect(output).toContain(
    '"kind":"never written","topic":"ssp.exchange.received","source":"a","first":3,"last":4',
  );
  await write(1, receivedOf('a', [3, 4]));
  expect(await run()).toMatchObject({ status: 0 });
}, 120_000);
