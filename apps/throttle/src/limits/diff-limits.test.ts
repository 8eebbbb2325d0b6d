import { expect, test } from 'vitest';
import { diffLimits } from './diff-limits.ts';
import { type LimitsDocument } from './limits-document.ts';

const slots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const held: LimitsDocument = {
  classes: { bulk: ['200000000359'] },
  costs: { [slots]: 5 },
  shares: { weights: { bulk: 3 }, below: 0.5 },
  limits: [
    { id: 'a', per: 'consumer', consumer: { class: 'bulk' }, perSecond: 1, burst: 5, mode: 'enforce' },
  ],
};

test.for<{
  readonly name: string;
  readonly wanted: Partial<LimitsDocument>;
  readonly changes: readonly object[];
}>([
  { name: 'the same', wanted: {}, changes: [] },
  {
    name: 'a rule changed field by field',
    wanted: { limits: [{ id: 'a', per: 'consumer', perSecond: 2, burst: 5, mode: 'enforce' }] },
    changes: [
      {
        section: 'limits',
        key: ['a'],
        change: 'changed',
        fields: [
          { field: 'perSecond', from: '1', to: '2' },
          { field: 'consumer', from: 'class bulk', to: null },
        ],
      },
    ],
  },
  {
    name: 'a class with another system',
    wanted: { classes: { bulk: ['918999198738'] } },
    changes: [
      { section: 'classes', key: ['bulk', '200000000359'], change: 'removed' },
      { section: 'classes', key: ['bulk', '918999198738'], change: 'added' },
    ],
  },
  {
    name: 'another cost and other shares',
    wanted: { costs: { [slots]: 4 }, shares: { weights: {}, below: 0.4 } },
    changes: [
      { section: 'shares', key: ['weights', 'bulk'], change: 'removed' },
      { section: 'costs', key: [slots], change: 'changed', fields: [{ field: 'cost', from: '5', to: '4' }] },
      { section: 'shares', key: ['below'], change: 'changed' },
    ],
  },
])('the difference of $name', ({ wanted, changes }) => {
  expect(diffLimits(held, { ...held, ...wanted })).toMatchObject(changes);
  expect(diffLimits(held, { ...held, ...wanted })).toHaveLength(changes.length);
});
