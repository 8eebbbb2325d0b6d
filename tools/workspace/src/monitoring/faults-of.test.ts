import { expect, test } from 'vitest';
import { faultsOf } from './faults-of.ts';

const known = new Map([['ssp_a_total', { type: 'counter', labels: new Set(['refusal']) }]]);

test.for([
  {
    asks: 'for what is there',
    expression: 'rate(ssp_a_total{job="edge",refusal=~"internal|none"}[5m])',
    faults: [],
  },
  { asks: 'for a name that is not', expression: 'ssp_b_total > 0', faults: ['no process shows ssp_b_total'] },
  {
    asks: 'for a label that is not',
    expression: 'ssp_a_total{topic="x"}',
    faults: ['ssp_a_total has no label topic'],
  },
  {
    asks: 'for a refusal that is not',
    expression: 'ssp_a_total{refusal=~"internal|broken"}',
    faults: ['there is no refusal broken'],
  },
])('an expression that asks $asks', ({ expression, faults }) => {
  expect(faultsOf(expression, known)).toEqual(faults);
});
