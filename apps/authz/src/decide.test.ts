import { expect, test } from 'vitest';
import { rule, snapshotOf, told } from '../test/cases/decision-case.ts';
import { decisionCases } from '../test/cases/decision-cases.ts';
import { refusalText } from '../test/cases/refusal-text.ts';
import { ask, base, circumstances, nowMs, policy, snapshot } from '../test/decision-samples.ts';
import { decide } from './decide.ts';

test('an exchange that passes every check is allowed, with all that is recorded of it', () => {
  expect(decide(snapshot, ask, circumstances)).toEqual({
    decision: 'allow',
    decisionId: 'd1',
    rulesVersion: '7',
    parties: { senderOds: 'X26000', receiverOds: 'B82617', supplier: 'YGM06' },
    endpoint: base,
    providerFqdn: 'gp.example.nhs.uk',
    agreementId: 'default',
  });
});

test('a refused exchange is refused with all that is recorded of it', () => {
  expect(decide(snapshot, { ...ask, to: '000000000001' }, circumstances)).toEqual({
    decision: 'refuse',
    decisionId: 'd1',
    rulesVersion: '7',
    parties: { senderOds: 'X26000', receiverOds: null, supplier: null },
    refusal: 'receiver-not-authorised',
  });
});

test.for(decisionCases)('$name', ({ asked, rules, settings, answer, text }) => {
  const wholeAsk = { ...ask, ...asked };
  const decided = decide(snapshotOf(rules), wholeAsk, {
    ...circumstances,
    policy: { ...policy, ...settings },
  });
  expect({ ...decided, text: refusalText(wholeAsk, decided) }).toMatchObject({ ...answer, ...told(text) });
});

test('no two cases have the same name', () => {
  expect(new Set(decisionCases.map(({ name }) => name)).size).toBe(decisionCases.length);
});

const now = new Date(nowMs).toISOString();
const next = new Date(nowMs + 1).toISOString();

test.for([
  { name: 'from its first moment', times: { validFrom: now }, holds: true },
  { name: 'not a moment before', times: { validFrom: next }, holds: false },
  { name: 'in its last moment', times: { validTo: next }, holds: true },
  { name: 'not at its end', times: { validTo: now }, holds: false },
])('a rule holds to the millisecond: $name', ({ times, holds }) => {
  const { decision } = decide(snapshotOf({ rules: [rule('a', 'deny', times)] }), ask, circumstances);
  expect(decision).toBe(holds ? 'refuse' : 'allow');
});

test('a rule takes effect and ends by itself, on the same snapshot', () => {
  const validFrom = new Date(nowMs + 1_000).toISOString();
  const validTo = new Date(nowMs + 2_000).toISOString();
  const ruled = snapshotOf({ rules: [rule('a', 'deny', { validFrom, validTo })] });
  const decided = [0, 1_000, 1_999, 2_000].map(
    (ms) => decide(ruled, ask, { ...circumstances, nowMs: nowMs + ms }).decision,
  );
  expect(decided).toEqual(['allow', 'refuse', 'refuse', 'allow']);
});
