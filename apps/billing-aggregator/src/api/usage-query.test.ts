import { expect, test } from 'vitest';
import { Problem } from '@ssp/service';
import { parseUsageQuery } from './usage-query.ts';

test.for([
  { asked: { month: '2026-02' }, from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' },
  { asked: { month: '2026-12' }, from: '2026-12-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' },
  {
    asked: { from: '2026-02-01T05:00Z', to: '2026-02-01T06:00:00Z' },
    from: '2026-02-01T05:00:00.000Z',
    to: '2026-02-01T06:00:00.000Z',
  },
])('$asked is the period from $from to $to', ({ asked, from, to }) => {
  const query = parseUsageQuery(asked);
  expect({ from: query.from.toISOString(), to: query.to.toISOString() }).toEqual({ from, to });
});

test.for([
  { groupBy: undefined, expected: [] },
  { groupBy: '', expected: [] },
  { groupBy: 'supplier', expected: ['supplier'] },
  { groupBy: 'interaction, supplier', expected: ['supplier', 'interaction'] },
  { groupBy: ['consumer', 'provider,outcome', 'consumer'], expected: ['provider', 'consumer', 'outcome'] },
])('groupBy $groupBy means $expected', ({ groupBy, expected }) => {
  expect(parseUsageQuery({ month: '2026-02', groupBy }).groupBy).toEqual(expected);
});

test('filters and format are read', () => {
  expect(
    parseUsageQuery({ month: '2026-02', supplier: 'A', provider: 'B82617', format: 'csv' }),
  ).toMatchObject({
    filters: { supplier: 'A', provider: 'B82617', consumer: null, interaction: null },
    format: 'csv',
  });
});

test.for([
  { fault: 'no period', asked: {}, says: 'month' },
  {
    fault: 'two periods',
    asked: { month: '2026-02', from: '2026-02-01T00:00Z', to: '2026-02-02T00:00Z' },
    says: 'month',
  },
  { fault: 'half a period', asked: { from: '2026-02-01T00:00Z' }, says: 'from' },
  { fault: 'an empty period', asked: { from: '2026-02-01T00:00Z', to: '2026-02-01T00:00Z' }, says: 'later' },
  { fault: 'part of an hour', asked: { from: '2026-02-01T00:30Z', to: '2026-02-02T00:00Z' }, says: 'from' },
  {
    fault: 'an hour that is not',
    asked: { from: '2026-13-01T00:00Z', to: '2026-13-02T00:00Z' },
    says: 'from',
  },
  { fault: 'a month that is not', asked: { month: '2026-13' }, says: 'month' },
  { fault: 'a month given twice', asked: { month: ['2026-01', '2026-02'] }, says: 'month' },
  { fault: 'an unknown dimension', asked: { month: '2026-02', groupBy: 'patient' }, says: 'groupBy' },
  { fault: 'an unknown parameter', asked: { month: '2026-02', suplier: 'A' }, says: 'suplier' },
  { fault: 'an empty filter', asked: { month: '2026-02', supplier: '' }, says: 'supplier' },
  { fault: 'a NUL', asked: { month: '2026-02', supplier: 'A\0' }, says: 'supplier' },
  { fault: 'an unknown format', asked: { month: '2026-02', format: 'xml' }, says: 'format' },
])('$fault is a problem of the caller', ({ asked, says }) => {
  const parse = () => parseUsageQuery(asked);
  expect(parse).toThrow(Problem);
  expect(parse).toThrow(says);
});
