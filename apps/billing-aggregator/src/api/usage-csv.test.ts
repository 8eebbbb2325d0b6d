import { type UsageReport } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { usageCsv } from './usage-csv.ts';

test('a report has a line of names and a line for each row', () => {
  const figures = {
    requests: 2,
    billable: 1,
    errors: 0,
    requestBytes: 3,
    responseBytes: 4,
    providerMsMean: 1.25,
    providerMsMax: null,
    ownMsMean: 0.5,
  };
  const report: UsageReport = {
    period: { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' },
    groupBy: ['supplier', 'provider'],
    granularity: 'total',
    next: null,
    rows: [{ supplier: 'A, Ltd', providerOds: 'B82617', providerAsid: '918999198738', ...figures }],
    totals: figures,
  };
  expect(usageCsv(report)).toBe(
    'supplier,providerOds,providerAsid,requests,billable,errors,requestBytes,responseBytes,providerMsMean,providerMsMax,ownMsMean\r\n' +
      '"A, Ltd",B82617,918999198738,2,1,0,3,4,1.25,,0.5\r\n',
  );
});
