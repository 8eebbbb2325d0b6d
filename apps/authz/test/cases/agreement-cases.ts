import { consumer, nrl, nrlRead, provider, read, search, sharer } from '../decision-samples.ts';
import { type DecisionCase, rule } from './decision-case.ts';

const allowed = (agreementId: string) => ({ answer: { decision: 'allow', agreementId } });
const denied = {
  answer: { refusal: 'no-agreement' },
  text: `FOT_CHECK_FAILED_MESSAGESENDER_${consumer}_MESSAGERECEIVER_${provider}`,
} as const;
const long = { ago: '2020-01-01T00:00:00Z', ahead: '2099-01-01T00:00:00Z' };

/** Whom and what a rule speaks of. */
const matchingCases: readonly DecisionCase[] = [
  { name: 'F: no rule, where the operator allows', ...allowed('default') },
  { name: 'F: no rule, where the operator denies', settings: { defaultAgreement: 'deny' }, ...denied },
  {
    name: 'F: a rule that allows, where the operator denies',
    settings: { defaultAgreement: 'deny' },
    rules: { rules: [rule('a', 'allow', { from: { ods: 'X26000' } })] },
    ...allowed('agreement-a'),
  },
  {
    name: 'F: a rule for everyone',
    rules: { rules: [rule('a', 'allow')] },
    ...allowed('agreement-a'),
  },
  { name: 'F: a deny for everyone', rules: { rules: [rule('a', 'deny')] }, ...denied },
  {
    name: 'F: a deny from a system to a system',
    rules: { rules: [rule('a', 'deny', { from: { asid: consumer }, to: { asid: provider } })] },
    ...denied,
  },
  {
    name: 'F: a deny from an organisation to a system, the code in small letters',
    rules: { rules: [rule('a', 'deny', { from: { ods: 'x26000' }, to: { asid: provider } })] },
    ...denied,
  },
  {
    name: 'F: a deny from a system to an organisation',
    rules: { rules: [rule('a', 'deny', { from: { asid: consumer }, to: { ods: 'B82617' } })] },
    ...denied,
  },
  {
    name: 'F: a deny from an organisation to everyone',
    rules: { rules: [rule('a', 'deny', { from: { ods: 'X26000' } })] },
    ...denied,
  },
  {
    name: 'F: another sender’s deny',
    rules: { rules: [rule('a', 'deny', { from: { asid: sharer } })] },
    ...allowed('default'),
  },
  {
    name: 'F: another receiver’s deny',
    rules: { rules: [rule('a', 'deny', { to: { ods: 'B82618' } })] },
    ...allowed('default'),
  },
  {
    name: 'F: a deny the other way round',
    rules: { rules: [rule('a', 'deny', { from: { ods: 'B82617' }, to: { ods: 'X26000' } })] },
    ...allowed('default'),
  },
  {
    name: 'F: another interaction’s deny',
    rules: { rules: [rule('a', 'deny', { interaction: search })] },
    ...allowed('default'),
  },
  {
    name: 'F: this interaction’s deny',
    rules: { rules: [rule('a', 'deny', { interaction: read })] },
    ...denied,
  },
  {
    name: 'F: the deny of a capability with this interaction',
    rules: { rules: [rule('a', 'deny', { capability: 'metadata' })], capabilities: { metadata: [read] } },
    ...denied,
  },
  {
    name: 'F: the deny of a capability without this interaction',
    rules: { rules: [rule('a', 'deny', { capability: 'patients' })], capabilities: { patients: [search] } },
    ...allowed('default'),
  },
  {
    name: 'F: an interaction of two capabilities',
    rules: {
      rules: [
        rule('a', 'deny', { capability: 'one' }),
        rule('b', 'allow', { capability: 'two', priority: 1 }),
      ],
      capabilities: { one: [read], two: [read, search] },
    },
    ...allowed('agreement-b'),
  },
  {
    name: 'F: rules speak of an interaction as asked for, not of its alias',
    asked: { interactionId: nrlRead, targetHost: 'nrl.nhs.uk', targetPath: '/doc' },
    rules: { rules: [rule('a', 'deny', { interaction: nrl })] },
    ...allowed('default'),
  },
];

/** Which of several rules decides. */
const priorityCases: readonly DecisionCase[] = [
  {
    name: 'F: the lower priority decides, however general',
    rules: {
      rules: [
        rule('a', 'deny', { from: { asid: consumer }, to: { asid: provider }, interaction: read }),
        rule('b', 'allow', { priority: 9 }),
      ],
    },
    ...allowed('agreement-b'),
  },
  {
    name: 'F: the lower priority decides, however it is listed',
    rules: { rules: [rule('a', 'allow'), rule('b', 'deny', { to: { ods: 'B82617' }, priority: 9 })] },
    ...denied,
  },
  {
    name: 'F: of equals a deny decides',
    rules: { rules: [rule('a', 'allow'), rule('b', 'deny')] },
    ...denied,
  },
  {
    name: 'F: of equals a deny decides, however general',
    rules: { rules: [rule('a', 'allow', { from: { asid: consumer } }), rule('b', 'deny')] },
    ...denied,
  },
  {
    name: 'F: of equals that both allow the lower rule id is named',
    rules: { rules: [rule('b', 'allow', { from: { asid: consumer } }), rule('a', 'allow')] },
    ...allowed('agreement-a'),
  },
];

/** From when and until when a rule holds. */
const timeCases: readonly DecisionCase[] = [
  {
    name: 'F: a rule within its time',
    rules: { rules: [rule('a', 'deny', { validFrom: long.ago, validTo: long.ahead })] },
    ...denied,
  },
  {
    name: 'F: a rule to come',
    rules: { rules: [rule('a', 'deny', { validFrom: long.ahead })] },
    ...allowed('default'),
  },
  {
    name: 'F: a rule that has ended',
    rules: { rules: [rule('a', 'deny', { validTo: long.ago })] },
    ...allowed('default'),
  },
  {
    name: 'F: a rule that has ended makes way for the next',
    rules: { rules: [rule('a', 'allow', { validTo: long.ago, priority: 1 }), rule('b', 'deny')] },
    ...denied,
  },
];

/** What an interaction's own policy says. */
const policyCases: readonly DecisionCase[] = [
  {
    name: 'F: no rule, and an interaction that needs one',
    rules: { interactions: { [read]: { agreement: 'deny', internet: true } } },
    ...denied,
  },
  {
    name: 'F: no rule, and another interaction that needs one',
    rules: { interactions: { [search]: { agreement: 'deny', internet: true } } },
    ...allowed('default'),
  },
  {
    name: 'F: a rule that allows an interaction that needs one',
    rules: {
      rules: [rule('a', 'allow', { interaction: read })],
      interactions: { [read]: { agreement: 'deny', internet: true } },
    },
    ...allowed('agreement-a'),
  },
  {
    name: 'F: no rule, and an interaction that needs none, where the operator denies',
    rules: { interactions: { [read]: { agreement: 'allow', internet: true } } },
    settings: { defaultAgreement: 'deny' },
    ...allowed('default'),
  },
  {
    name: 'F: a rule that denies an interaction that needs none',
    rules: { rules: [rule('a', 'deny')], interactions: { [read]: { agreement: 'allow', internet: true } } },
    ...denied,
  },
  {
    name: 'F: a rule that denies an exempt interaction',
    rules: { rules: [rule('a', 'deny')], interactions: { [read]: { agreement: 'exempt', internet: true } } },
    ...allowed('exempt'),
  },
  {
    name: 'F: an exempt interaction must still be registered',
    asked: { targetHost: 'evil.nhs.uk' },
    rules: { interactions: { [read]: { agreement: 'exempt', internet: true } } },
    answer: { refusal: 'endpoint-mismatch' },
  },
];

/** What is asked of the agreements: check F. */
export const agreementCases = [...matchingCases, ...priorityCases, ...timeCases, ...policyCases];
