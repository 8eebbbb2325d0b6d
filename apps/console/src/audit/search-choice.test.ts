import { expect, test } from 'vitest';
import { faultsOf, readSearchChoice } from './search-choice.ts';

test('what is filled in is asked for, moments in UTC', () => {
  const choice = readSearchChoice(
    new URLSearchParams(
      'fromAsid=+200000000359+&toAsid=&from=2026-03-01T12:00&to=2026-03-01T12:00:01&other=1',
    ),
  );
  expect(choice).toEqual({
    values: { fromAsid: '200000000359', from: '2026-03-01T12:00', to: '2026-03-01T12:00:01' },
    filters: { fromAsid: '200000000359', from: '2026-03-01T12:00:00Z', to: '2026-03-01T12:00:01Z' },
    isAsked: true,
  });
});

test.for([
  ['', false],
  ['cursor=x', false],
  ['traceId=', true],
] as const)('"%s" asks: %s', ([query, isAsked]) => {
  expect(readSearchChoice(new URLSearchParams(query)).isAsked).toBe(isAsked);
});

test('a moment that is none goes to the API as it is, which says so', () => {
  expect(readSearchChoice(new URLSearchParams('from=yesterday')).filters).toEqual({ from: 'yesterday' });
});

test('faults stand at their fields', () => {
  expect(faultsOf('fromAsid: must be 12 digits; to: expected a time')).toEqual([
    { field: 'fromAsid', text: 'ASID of the consumer: must be 12 digits' },
    { field: 'to', text: 'Until: expected a time' },
  ]);
  expect(faultsOf('the cursor is none')).toBeNull();
});
