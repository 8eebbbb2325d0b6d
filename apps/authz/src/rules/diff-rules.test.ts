import { expect, test } from 'vitest';
import { diffRules } from './diff-rules.ts';
import { type RulesFile, type RulesFileRule } from './rules-file.ts';

const ia = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const rule: RulesFileRule = {
  ruleId: 'r1',
  agreementId: 'A',
  priority: 10,
  from: { ods: 'X26' },
  to: 'any',
  interaction: 'any',
  effect: 'allow',
  validFrom: '2026-04-01T00:00:00Z',
};
const base: RulesFile = {
  rules: [rule],
  capabilities: { slots: [ia] },
  interactions: { [ia]: { agreement: 'deny', internet: false } },
  aliases: { [ia]: `${ia}-registered` },
  certificateNames: { '200000000359': ['a.nhs.uk'] },
};

const { validFrom: _, ...timeless } = rule;

test.for<{
  readonly name: string;
  readonly wanted: Partial<RulesFile>;
  readonly changes: readonly unknown[];
}>([
  { name: 'the same', wanted: {}, changes: [] },
  {
    name: 'the same moment in another zone, the same code in other letters, the same name',
    wanted: {
      rules: [{ ...rule, from: { ods: 'x26' }, validFrom: '2026-04-01T01:00:00+01:00' }],
      certificateNames: { '200000000359': ['A.nhs.uk'] },
    },
    changes: [],
  },
  {
    name: 'a rule changed field by field',
    wanted: { rules: [{ ...timeless, from: { asid: '200000000359' }, note: 'n' }] },
    changes: [
      {
        section: 'rules',
        key: ['r1'],
        change: 'changed',
        fields: [
          { field: 'from', from: 'ods X26', to: 'asid 200000000359' },
          { field: 'validFrom', from: '2026-04-01T00:00:00.000Z', to: null },
          { field: 'note', from: null, to: 'n' },
        ],
      },
    ],
  },
  {
    name: 'a rule under another id',
    wanted: { rules: [{ ...timeless, ruleId: 'r2' }] },
    changes: [
      { section: 'rules', key: ['r1'], change: 'removed' },
      {
        section: 'rules',
        key: ['r2'],
        change: 'added',
        fields: [
          { field: 'agreementId', from: null, to: 'A' },
          { field: 'priority', from: null, to: '10' },
          { field: 'from', from: null, to: 'ods X26' },
          { field: 'to', from: null, to: 'any' },
          { field: 'interaction', from: null, to: 'any' },
          { field: 'effect', from: null, to: 'allow' },
        ],
      },
    ],
  },
  {
    name: 'an interaction more in a capability',
    wanted: { capabilities: { slots: [ia, `${ia}-2`] } },
    changes: [{ section: 'capabilities', key: ['slots', `${ia}-2`], change: 'added', fields: [] }],
  },
  {
    name: 'a policy that leaves agreements to the service',
    wanted: { interactions: { [ia]: { internet: false } } },
    changes: [
      {
        section: 'interactions',
        key: [ia],
        change: 'changed',
        fields: [{ field: 'agreement', from: 'deny', to: null }],
      },
    ],
  },
  {
    name: 'everything taken away',
    wanted: { rules: [], capabilities: {}, interactions: {}, aliases: {}, certificateNames: {} },
    changes: [
      { section: 'rules', change: 'removed' },
      { section: 'capabilities', change: 'removed' },
      { section: 'interactions', change: 'removed' },
      { section: 'aliases', change: 'removed' },
      { section: 'certificateNames', key: ['200000000359', 'a.nhs.uk'], change: 'removed' },
    ],
  },
])('the difference of $name', ({ wanted, changes }) => {
  expect(diffRules(base, { ...base, ...wanted })).toMatchObject(changes);
  expect(diffRules(base, { ...base, ...wanted })).toHaveLength(changes.length);
});

test('two sections may use the same key', () => {
  const wanted = { ...base, aliases: {}, interactions: { ...base.interactions } };
  expect(diffRules(base, wanted)).toMatchObject([{ section: 'aliases', key: [ia], change: 'removed' }]);
});
