import { afterAll, expect, test } from 'vitest';
import { changeRules, storeRules } from '../src/rules/store-rules.ts';
import { by, facts, sampleRules, startExplaining } from './explain-rig.ts';
import { rulesVersion } from './rig.ts';

const resources = new AsyncDisposableStack();
const { rig, admin, explain } = await startExplaining(resources);
afterAll(() => resources.disposeAsync());

test('a rule to come denies when it has come, and never once it is withdrawn', async () => {
  const validFrom = '2040-01-01T00:00:00.000Z';
  await admin.ask('/v1/agreements', {
    body: {
      rule: {
        ruleId: 'to-come',
        agreementId: 'A',
        priority: 1,
        from: 'any',
        to: 'any',
        interaction: 'any',
        effect: 'deny',
        validFrom,
      },
      why: 'planned',
    },
  });
  expect((await explain({ at: validFrom })).decision).toMatchObject({ outcome: 'no-agreement' });
  await admin.ask('/v1/agreements/to-come/end', {
    body: { why: 'not signed' },
    headers: { 'if-match': String(await rulesVersion(rig.pool)) },
  });
  for (const at of [validFrom, '2041-01-01T00:00:00Z']) {
    const { decision, checks } = await explain({ at });
    expect(decision).toMatchObject({ outcome: 'allow' });
    expect(checks.at(-1)?.rows[0]).toMatchObject({
      key: 'to-come',
      says: expect.stringContaining(`withdrawn before it began on ${validFrom}`),
      since: { why: 'not signed' },
    });
  }
  await storeRules(rig.pool, await sampleRules(), by);
});

const decidedAt = async (atMs: number) => (await explain({ at: new Date(atMs).toISOString() })).decision;

test('a past moment is judged by the version in force then', async () => {
  const then = await rulesVersion(rig.pool);
  const next = String(Number(then) + 1);
  await changeRules(
    rig.pool,
    (held) => ({ ...held, rules: held.rules.map((rule) => ({ ...rule, effect: 'deny' })) }),
    by,
  );
  await storeRules(rig.pool, await sampleRules(), by);
  const { rows } = await rig.pool.query<{ ms: number }>(
    'select (extract(epoch from at) * 1000)::float8 as ms from authz.change where version = $1',
    [next],
  );
  const changedAtMs = rows[0]?.ms ?? 0;
  expect(await decidedAt(Math.ceil(changedAtMs) - 1)).toMatchObject({ rulesVersion: then, outcome: 'allow' });
  expect(await decidedAt(Math.ceil(changedAtMs))).toMatchObject({
    rulesVersion: next,
    outcome: 'no-agreement',
  });
  // Before anything was held.
  expect(await decidedAt(0)).toMatchObject({ rulesVersion: '0', outcome: 'certificate-name-unknown' });
});

test('a past version shows its own rows, and what is different now', async () => {
  const then = await rulesVersion(rig.pool);
  await rig.pool.query(
    `update authz.message_handler set endpoints = '{https://moved.nhs.uk/fhir}'
     where interaction = $1 and party_key_lower in (select party_key_lower from authz.accredited_system where asid = $2)`,
    [facts.interactionId, facts.to],
  );
  await changeRules(
    rig.pool,
    (held) => ({ ...held, rules: held.rules.map((rule) => ({ ...rule, effect: 'deny' })) }),
    { who: 'eve', why: 'stop everything' },
  );

  const past = await explain({ version: then ?? '' });
  expect(past.decision).toMatchObject({
    rulesVersion: then,
    outcome: 'allow',
    agreementId: 'sample-national',
  });
  expect(past.checks.find(({ id }) => id === 'E')?.rows).toEqual([
    expect.objectContaining({
      untilVersion: String(Number(then) + 1),
      says: expect.stringContaining('orange.testlab'),
    }),
  ]);
  expect(past.checks.find(({ id }) => id === 'F')?.rows).toEqual([
    expect.objectContaining({
      says: expect.stringContaining('allow'),
      since: expect.objectContaining({ who: 'ada' }),
    }),
  ]);
  expect(past.now).toMatchObject({
    rulesVersion: String(Number(then) + 2),
    outcome: 'endpoint-mismatch',
    same: false,
    differs: [
      { id: 'E', result: 'failed' },
      { id: 'F', result: 'failed' },
    ],
  });
  const today = await explain({});
  expect(today.checks.find(({ id }) => id === 'F')?.rows).toEqual([
    expect.objectContaining({
      key: 'everyone',
      since: expect.objectContaining({ who: 'eve', why: 'stop everything' }),
    }),
  ]);
});
