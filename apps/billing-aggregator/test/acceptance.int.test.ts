import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Acceptance,
  acceptancesPath,
  MonthState,
  Reconciliations,
  reconciliationsPath,
} from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { runOurs, startOwnKafka } from '@ssp/testing';
import { expect, test } from 'vitest';
import { readTariffFile } from '../src/books/read-tariff-file.ts';
import { storeTariffs } from '../src/books/tariff-versions.ts';
import { ada, graduated } from './books-rig.ts';
import { reconcile, reconcileRig, TestEdge } from './reconcile-rig.ts';
import { tokens } from './rig.ts';
import { storeUsage, usage } from './store-usage.ts';

const patient = { timeout: 120_000, interval: 200 };
const month = '2025-07';
const at = (hour: number) => `${month}-12T${String(hour).padStart(2, '0')}:00:00.000Z`;

/** A month with an hour of which an edge told of two that nobody else has heard of, and one from before the audit. */
async function openMonth(resources: AsyncDisposableStack) {
  const { brokers } = await startOwnKafka(resources);
  const rig = await reconcileRig(resources, brokers);
  const { pool } = rig;
  const edge = new TestEdge(at(5));
  const events = [edge.end(), edge.end(), edge.tally(2)];
  await rig.publish(events.map((event) => JSON.stringify(event)));
  await rig.startAggregator(resources);
  await expect.poll(() => rig.countAudited(at(5), '1 hour'), patient).toBe(3);
  await expect.poll(() => rig.countEntered(at(5), '1 hour'), patient).toBe(2);
  await storeUsage(pool, [usage({ hour: at(3), internalId: randomUUID() })]);
  await inTransaction(pool, (client) => {
    const read = readTariffFile(graduated.replaceAll('2026-01', '2025-07'));
    if (!read.read) throw new Error(JSON.stringify(read.faults));
    return storeTariffs(client, read.file, null, { actor: ada, why: 'review 12', at: new Date() });
  });
  await pool.query(
    `insert into billing.reconciled_hour (hour, as_of, at, is_balanced)
     select hour, 0, now(), true from generate_series($1::timestamptz, $1::timestamptz + interval '1 month' - interval '1 hour', '1 hour') as hour
     where hour <> all ($2::timestamptz[])
     on conflict (hour) do update set as_of = reconciled_hour.changes, at = now(), is_balanced = true`,
    [`${month}-01T00:00Z`, [at(3), at(5)]],
  );
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'acceptance-')));
  const signingKeyFile = join(folder.path, 'signing.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const api = await rig.startApi();
  const ask = async (path: string, body?: object) =>
    fetch(`${api}${path}`, {
      headers: {
        authorization: `Bearer ${tokens.billing}`,
        'content-type': 'application/json',
        'x-ssp-user': 'ada',
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const read = async (path: string): Promise<unknown> => (await ask(path)).json();
  return {
    pool,
    ask,
    compare: () => reconcile(api, at(3), at(6)),
    told: async () => Reconciliations.parse(await read(`${reconciliationsPath}?from=${at(3)}&to=${at(6)}`)),
    state: async () => MonthState.parse(await read(`/v1/months/${month}`)),
    close: (env: Readonly<Record<string, string>> = {}) =>
      runOurs('apps/billing-aggregator/src/close-month.main.ts', [], {
        ...rig.environment,
        BILLING_MONTH: month,
        BILLING_SIGNING_KEY_FILE: signingKeyFile,
        ...env,
      }),
  };
}

test('a month that cannot be mended is closed once what differs was accepted, and the closing names who accepted it', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, ask, compare, told, state, close } = await openMonth(resources);
  const first = await compare();
  expect(first.hours.map(({ hour }) => hour.state)).toEqual(['unbalanced', 'balanced', 'unbalanced']);
  const missing = first.hours[2]?.differences[0];
  expect(missing).toMatchObject({
    kind: 'missing',
    about: expect.stringContaining('it counted 4, the audit has 2'),
  });
  expect(await close()).toMatchObject({ status: 3, out: expect.stringContaining('it counted 4') });
  expect(await close({ BILLING_UNRECONCILED: 'x' })).toMatchObject({
    status: 3,
    out: expect.stringContaining('rather than close it unreconciled'),
  });

  const why = 'INC-7: the disk of the edge burnt';
  const accepted = await ask(acceptancesPath, { difference: missing?.id, why });
  expect({ status: accepted.status, made: Acceptance.parse(await accepted.json()) }).toMatchObject({
    status: 200,
    made: {
      from: at(5),
      to: at(6),
      difference: { kind: 'missing', about: missing?.about },
      who: 'billing:ada',
      why,
    },
  });
  expect((await ask(acceptancesPath, { difference: missing?.id, why })).status).toBe(409);
  expect((await ask(acceptancesPath, { difference: 999_999, why })).status).toBe(404);
  expect(await told()).toMatchObject({
    state: 'unbalanced',
    hours: [{}, {}, { state: 'accepted' }],
    acceptances: [{ why }],
  });
  expect(await close()).toMatchObject({ status: 3, out: expect.stringContaining('the audit has not') });

  const toCome = { from: at(6), to: '2099-01-01T00:00:00.000Z', why: 'whatever comes' };
  expect((await ask(acceptancesPath, toCome)).status).toBe(400);
  const before = { from: at(0), to: at(5), why: 'the audit began at five' };
  expect((await ask(acceptancesPath, before)).status).toBe(200);
  expect((await ask(acceptancesPath, { ...before, from: at(1) })).status).toBe(409);
  // Held against each other once more, they stay as they were accepted.
  await compare();
  expect(await told()).toMatchObject({
    isBalanced: false,
    state: 'accepted',
    hours: [{ state: 'accepted' }, { state: 'balanced' }, { state: 'accepted' }],
  });
  expect(await close()).toMatchObject({ status: 0, out: expect.stringContaining('the month is closed') });
  expect(await state()).toMatchObject({
    closing: {
      unreconciled: null,
      accepted: [
        { from: at(0), to: at(5), difference: null, who: 'billing:ada', why: before.why },
        { from: at(5), difference: { kind: 'missing' }, who: 'billing:ada', why },
      ],
    },
  });
  const { rows } = await pool.query(
    `select data ->> 'action' as action, data ->> 'why' as why, data -> 'what' ->> 'accepted' as accepted
     from billing.deed where data ->> 'action' in ('difference-accepted', 'month-closed') order by id`,
  );
  expect(rows).toEqual([
    { action: 'difference-accepted', why, accepted: null },
    { action: 'difference-accepted', why: before.why, accepted: null },
    { action: 'month-closed', why: 'the month has ended', accepted: '2' },
  ]);
  await expect(pool.query(`update billing.acceptance set why = 'other'`)).rejects.toThrow('never changed');
});

test('what differs otherwise than it was accepted keeps its month open, and a stretch covers no hour that the audit has', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool, ask, compare, told } = await openMonth(resources);
  const { hours } = await compare();
  const difference = hours[2]?.differences[0]?.id;
  expect((await ask(acceptancesPath, { difference, why: 'lost for good' })).status).toBe(200);
  expect((await told()).hours[2]?.state).toBe('accepted');
  await pool.query('update billing.usage_hour set requests = requests + 1 where hour = $1', [at(5)]);
  expect((await ask(acceptancesPath, { from: at(5), to: at(6), why: 'all of it' })).status).toBe(200);
  await compare();
  expect((await told()).hours[2]).toMatchObject({ state: 'unbalanced', differences: 2 });
});
