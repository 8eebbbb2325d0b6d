import { afterAll, expect, test } from 'vitest';
import { changeRules, storeRules } from '../src/rules/store-rules.ts';
import { by, facts, sampleRules, startExplaining } from './explain-rig.ts';
import { sampleAsk, startDecisions } from './rig.ts';

const gpc = 'urn:nhs:names:services:gpconnect:';
const resources = new AsyncDisposableStack();
const { rig, admin, explain } = await startExplaining(resources);
afterAll(() => resources.disposeAsync());

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
