import { type UsageReport } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { csvCell, usageCsv } from './usage-csv.ts';

test.for([
  { value: 'plain', expected: 'plain' },
  { value: 'a,b', expected: '"a,b"' },
  { value: 'say "so"', expected: '"say ""so"""' },
  { value: 'two\nlines', expected: '"two\nlines"' },
  { value: '=1+1', expected: "'=1+1" },
  { value: '@x,y', expected: `"'@x,y"` },
  { value: '-5', expected: "'-5" },
  { value: 0, expected: '0' },
  { value: 1.5, expected: '1.5' },
  { value: null, expected: '' },
  { value: undefined, expected: '' },
])('$value is written $expected', ({ value, expected }) => {
  expect(csvCell(value)).toBe(expected);
});

test('a report has a line of names and a line for each row', () => {
  const figures = {
    requests: 2,
    billable: 1,
    requestBytes: 3,
    responseBytes: 4,
    providerMsMean: 1.25,
    providerMsMax: null,
  };
  const report: UsageReport = {
    period: { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' },
    groupBy: ['supplier', 'provider'],
    rows: [{ supplier: 'A, Ltd', providerOds: 'B82617', providerAsid: '918999198738', ...figures }],
    totals: figures,
  };
  expect(usageCsv(report)).toBe(
    'supplier,providerOds,providerAsid,requests,billable,requestBytes,responseBytes,providerMsMean,providerMsMax\r\n' +
      '"A, Ltd",B82617,918999198738,2,1,3,4,1.25,\r\n',
  );
});
