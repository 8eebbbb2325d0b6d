import { expect, test } from 'vitest';
import { buildSnapshot } from './build-snapshot.ts';
import { type AgreementRow } from './snapshot-rows.ts';
import { decide } from './decide.ts';
import {
  read,
  search,
  consumer,
  sharer,
  provider,
  directory,
  ask,
  nowMs,
  policy,
  circumstances,
  snapshot,
} from '../test/decision-samples.ts';

function rule(rule_id: string, effect: 'allow' | 'deny', rest: Partial<AgreementRow> = {}): AgreementRow {
  return {
    rule_id,
    agreement_id: rule_id,
    effect,
    priority: 10,
    from_asid: null,
    from_ods: null,
    to_asid: null,
    to_ods: null,
    interaction: null,
    capability: null,
    valid_from: null,
    valid_to: null,
    ...rest,
  };
}

const allow = { decision: 'allow' };
const now = new Date(nowMs);
const nextMs = new Date(nowMs + 1);
const deny = { refusal: 'no-agreement' };

test.for<{ readonly name: string; readonly rules: readonly AgreementRow[]; readonly answer: object }>([
  { name: 'no rule: the default allows', rules: [], answer: { agreementId: 'default' } },
  { name: 'a rule for everyone', rules: [rule('a', 'allow')], answer: { agreementId: 'a' } },
  { name: 'a deny for everyone', rules: [rule('a', 'deny')], answer: deny },
  {
    name: 'the lower priority decides, however general',
    rules: [
      rule('a', 'deny', { to_asid: provider, from_asid: consumer }),
      rule('b', 'allow', { priority: 9 }),
    ],
    answer: { agreementId: 'b' },
  },
  {
    name: 'a specific deny before a general allow',
    rules: [rule('a', 'allow'), rule('b', 'deny', { to_ods: 'B82617', priority: 9 })],
    answer: deny,
  },
  { name: 'of equals a deny decides', rules: [rule('a', 'allow'), rule('b', 'deny')], answer: deny },
  { name: 'another sender’s deny', rules: [rule('a', 'deny', { from_asid: sharer })], answer: allow },
  { name: 'another receiver’s deny', rules: [rule('a', 'deny', { to_ods: 'B82618' })], answer: allow },
  {
    name: 'a deny from an organisation to a system, the code in small letters',
    rules: [rule('a', 'deny', { from_ods: 'x26000', to_asid: provider })],
    answer: deny,
  },
  { name: 'another interaction’s deny', rules: [rule('a', 'deny', { interaction: search })], answer: allow },
  { name: 'this interaction’s deny', rules: [rule('a', 'deny', { interaction: read })], answer: deny },
  {
    name: 'a rule holds from its first moment',
    rules: [rule('a', 'deny', { valid_from: now })],
    answer: deny,
  },
  { name: 'a rule to come', rules: [rule('a', 'deny', { valid_from: nextMs })], answer: allow },
  { name: 'a rule in its last moment', rules: [rule('a', 'deny', { valid_to: nextMs })], answer: deny },
  { name: 'a rule that has ended', rules: [rule('a', 'deny', { valid_to: now })], answer: allow },
  {
    name: 'a rule that has ended makes way for the next',
    rules: [rule('a', 'allow', { valid_to: now, priority: 1 }), rule('b', 'deny')],
    answer: deny,
  },
])('F: $name', ({ rules, answer }) => {
  const ruled = buildSnapshot({ ...directory, agreements: rules });
  expect(decide(ruled, ask, circumstances)).toMatchObject(answer);
});

test('F: a denying default refuses what no rule allows', () => {
  const closed = { ...circumstances, policy: { ...policy, defaultAgreement: 'deny' } } as const;
  expect(decide(snapshot, ask, closed)).toMatchObject(deny);
  const opened = buildSnapshot({ ...directory, agreements: [rule('a', 'allow', { from_ods: 'X26000' })] });
  expect(decide(opened, ask, closed)).toMatchObject({ agreementId: 'a' });
});
