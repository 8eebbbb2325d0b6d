import { type ExplainAsk, Explanations } from '@ssp/contracts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRulesFile } from '../src/rules/read-rules-file.ts';
import { type RulesFile } from '../src/rules/rules-file.ts';
import { changeRules, storeRules } from '../src/rules/store-rules.ts';
import { startAdmin } from './admin-rig.ts';
import { createRig, type Rig, rulesVersion, sampleAsk, startDecisions, sync } from './rig.ts';

type GivenFacts = Extract<ExplainAsk, { facts: unknown }>['facts'];

const gpc = 'urn:nhs:names:services:gpconnect:';
const facts: GivenFacts = {
  certificateNames: sampleAsk.certificateNames,
  from: sampleAsk.from,
  to: sampleAsk.to,
  interactionId: sampleAsk.interactionId,
  target: `https://${sampleAsk.targetHost}${sampleAsk.targetPath}`,
};
const by = { who: 'ada', why: 'review 7' };

let resources: AsyncDisposableStack;
let rig: Rig;
let admin: Awaited<ReturnType<typeof startAdmin>>;
beforeAll(async () => {
  resources = new AsyncDisposableStack();
  rig = await createRig(resources);
  await sync(rig);
  await storeRules(rig.pool, await sampleRules(), by);
  admin = await startAdmin(rig, resources);
}, 60_000);
afterAll(() => resources.disposeAsync());

async function sampleRules(): Promise<RulesFile> {
  const sample = join(import.meta.dirname, '../../../infra/rules.sample.yaml');
  const read = readRulesFile(await readFile(sample, 'utf8'));
  if (!read.read) throw new Error('the sample rules are faulty');
  return read.file;
}

async function explain(changes: Partial<GivenFacts>) {
  const { body } = await admin.ask('/v1/explain', { body: { facts: { ...facts, ...changes } } });
  const [explanation] = Explanations.parse(body).explanations;
  if (explanation === undefined) throw new Error('nothing was explained');
  return explanation;
}

test('what passes is told check by check, with the rows and how they came', async () => {
  const explanation = await explain({});
  expect(explanation.decision).toMatchObject({
    outcome: 'allow',
    answer: null,
    agreementId: 'sample-national',
    endpoint: 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir',
  });
  expect(explanation.checks.map(({ id, result }) => `${id} ${result}`)).toEqual([
    'A unknown',
    'B passed',
    'C passed',
    'C-internet passed',
    'D passed',
    'E passed',
    'F passed',
  ]);
  expect(explanation.checks.at(-1)).toMatchObject({
    why: expect.stringContaining('Rule everyone (priority 1000, agreement sample-national) allows it'),
    rows: [{ table: 'agreement', key: 'everyone', since: { who: 'ada', why: 'review 7', kind: 'rules' } }],
    remedy: null,
  });
  expect(explanation.now).toMatchObject({ same: true, differs: [] });
});

test.for([
  {
    check: 'B',
    fault: 'a name that nobody bears',
    changes: { certificateNames: ['stranger.nhs.uk'] },
    outcome: 'certificate-name-unknown',
    remedy: 'register the name on a message handler (nhsMhsFQDN) of party',
  },
  {
    check: 'B',
    fault: 'a name of somebody else',
    changes: { certificateNames: ['other.consumer.thirdparty.nhs.uk'] },
    outcome: 'sender-not-authorised',
    remedy: "Send the ASID of the certificate's own system as Ssp-From",
  },
  {
    check: 'B',
    fault: 'an unknown sender',
    changes: { from: '999999999999' },
    outcome: 'sender-not-authorised',
    remedy: 'register the system 999999999999 (nhsAs) in the directory',
  },
  {
    check: 'C',
    fault: 'an interaction that the sender may not send',
    changes: { interactionId: `${gpc}fhir:rest:read:nothing-1` },
    outcome: 'sender-not-authorised',
    remedy: `Register interaction ${gpc}fhir:rest:read:nothing-1 on the AS record (nhsAsSvcIA) of ASID 200000000359.`,
  },
  {
    check: 'C-internet',
    fault: 'the internet without the category',
    changes: { network: 'internet' as const },
    outcome: 'sender-not-authorised',
    remedy: 'register the category "internet" (nhsAsCategoryBag) on the AS record of ASID 200000000359',
  },
  {
    check: 'D',
    fault: 'an unknown receiver',
    changes: { to: '999999999999' },
    outcome: 'receiver-not-authorised',
    remedy: 'register the system 999999999999 (nhsAs)',
  },
  {
    check: 'D',
    fault: 'a receiver that has not registered it',
    changes: { to: '200000000360' },
    outcome: 'receiver-not-authorised',
    remedy: `Register interaction ${facts.interactionId} on a message handler (nhsMhs) of party`,
  },
  {
    check: 'E',
    fault: 'another path',
    changes: { target: 'https://orange.testlab.nhs.uk/elsewhere' },
    outcome: 'endpoint-mismatch',
    remedy: 'Ask for a URL under https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir exactly',
  },
  {
    check: 'F',
    fault: 'a rule that denies',
    changes: {
      to: '918999190001',
      target: 'https://pear.testlab.nhs.uk/Y90001/STU3/1/gpconnect/fhir/metadata',
    },
    outcome: 'no-agreement',
    remedy: 'End rule withheld-practice, or add an agreement from ASID 200000000359 (organisation R1A14) to',
  },
])(
  '$check fails of $fault, and says what would have to change',
  async ({ check, changes, outcome, remedy }) => {
    const { decision, checks } = await explain(changes);
    expect(decision).toMatchObject({ outcome, answer: { text: expect.any(String) } });
    const failed = checks.find(({ result }) => result === 'failed');
    expect(failed).toMatchObject({ id: check, reached: true, remedy: expect.stringContaining(remedy) });
    const after = checks.slice(checks.findIndex(({ id }) => id === check) + 1);
    expect(after.every(({ reached }) => !reached)).toBe(true);
  },
);

test('what the checks say is what the service decides', async () => {
  const { decide } = await startDecisions(rig, resources);
  const answer = await decide({ ...sampleAsk, targetPath: '/elsewhere' });
  const { decision } = await explain({ target: `https://${sampleAsk.targetHost}/elsewhere` });
  expect(answer).toMatchObject({ refusal: decision?.outcome, rulesVersion: decision?.rulesVersion });
});

test('without names those of the sender are taken, and that is said', async () => {
  const { facts: judged, notes } = await explain({ certificateNames: [] });
  expect(judged?.certificateNames).toEqual(['good.consumer.thirdparty.nhs.uk']);
  expect(notes).toEqual([expect.stringContaining('those registered for the sender')]);
});

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

test('a rule of a capability is shown where the interaction is part of it', async () => {
  const capabilities = { metadata: [facts.interactionId], slots: [`${gpc}fhir:rest:search:slot-1`] };
  const deny = { agreementId: 'A', priority: 1, from: 'any', to: 'any', effect: 'deny' } as const;
  await changeRules(
    rig.pool,
    (held) => ({
      ...held,
      capabilities,
      rules: [
        ...held.rules.filter(({ ruleId }) => ruleId === 'everyone'),
        { ...deny, ruleId: 'no-slots', capability: 'slots' },
        { ...deny, ruleId: 'no-metadata', capability: 'metadata' },
      ],
    }),
    by,
  );
  const { decision, checks } = await explain({});
  expect(decision).toMatchObject({ outcome: 'no-agreement' });
  expect(checks.at(-1)).toMatchObject({
    why: expect.stringContaining('Rule no-metadata (priority 1, agreement A) denies it'),
    rows: [
      { key: 'no-metadata', says: expect.stringContaining('for capability metadata') },
      { key: 'everyone' },
    ],
  });
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
  expect(await decidedAt(Math.floor(changedAtMs))).toMatchObject({ rulesVersion: then, outcome: 'allow' });
  expect(await decidedAt(Math.ceil(changedAtMs))).toMatchObject({
    rulesVersion: next,
    outcome: 'no-agreement',
  });
  // Before anything was held.
  expect(await decidedAt(0)).toMatchObject({ rulesVersion: '0', outcome: 'certificate-name-unknown' });
});

test.for([
  { ask: {}, status: 400 },
  { ask: { facts: { ...facts, version: '99999' } }, status: 400 },
  { ask: { facts: { ...facts, target: 'https://orange.testlab.nhs.uk:8443/' } }, status: 400 },
  { ask: { facts: { ...facts, version: '1', at: '2026-01-01T00:00:00Z' } }, status: 400 },
  { ask: { decisionId: 'x.1' }, status: 503 },
])('$ask is answered $status', async ({ ask, status }) => {
  const answer = await admin.ask('/v1/explain', { body: ask });
  expect(answer).toMatchObject({ status, body: { status, detail: expect.any(String) } });
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
