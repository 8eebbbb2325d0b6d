import { expect, test } from 'vitest';
import { choiceParameters, readUsageChoice } from './usage-choice.ts';

const read = (address: string) => readUsageChoice(new URLSearchParams(address), '2026-03');

test('an address that says nothing asks for the newest month by supplier', () => {
  expect(read('')).toEqual({
    choice: {
      period: { kind: 'month', month: '2026-03' },
      groupBy: ['supplier'],
      step: 'total',
      filters: { supplier: null, provider: null, consumer: null, interaction: null, outcome: null },
      order: 'requests',
      compare: false,
      cursor: null,
    },
    faults: [],
  });
});

test.for([
  'month=2026-03&groupBy=supplier',
  'month=2026-01&groupBy=',
  'from=2026-01-01&to=2026-01-02&groupBy=provider%2Coutcome&step=hour',
  'month=2026-01&groupBy=&supplier=A+%26+B&provider=B82617&consumer=1&interaction=urn%3Ax&outcome=5xx',
  'month=2026-01&groupBy=supplier&order=errors&compare=yes&cursor=abc',
])('the address %s says what it reads as', (address) => {
  const { choice, faults } = read(address);
  expect(faults).toEqual([]);
  expect(choiceParameters(choice).toString()).toBe(address);
});

test('what a form sends for boxes that are ticked, and fields left empty, is read', () => {
  const { choice, faults } = read(
    'month=2026-02&from=&to=&groupBy=consumer&groupBy=supplier&groupBy=&supplier=+&outcome=&step=total&order=name',
  );
  expect(faults).toEqual([]);
  expect(choice).toMatchObject({
    groupBy: ['supplier', 'consumer'],
    filters: { supplier: null, outcome: null },
    order: 'name',
  });
});

test.for([
  { address: 'groupBy=colour', field: 'groupBy' },
  { address: 'step=minute', field: 'step' },
  { address: 'order=colour', field: 'order' },
  { address: 'outcome=6xx', field: 'outcome' },
  { address: 'month=tomorrow', field: 'month' },
])('$address is a fault of $field', ({ address, field }) => {
  expect(read(address).faults.map((fault) => fault.field)).toEqual([field]);
});
