import { type UsageReport } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { createRender } from '../render.ts';
import { type ReadChoice } from './usage-choice.ts';
import { usageContent } from './usage-content.ts';

const figures = {
  requests: 1_234,
  errors: 0,
  billable: 1_000,
  requestBytes: 5_000,
  responseBytes: 6_000_000,
  providerMsMean: 12.5,
  providerMsMax: null,
  ownMsMean: null,
};

const report: UsageReport = {
  period: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
  groupBy: ['supplier', 'provider', 'interaction'],
  granularity: 'total',
  next: null,
  rows: [
    {
      supplier: 'Small',
      providerOds: 'B82617',
      providerAsid: '918999198738',
      interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
      ...figures,
      requests: 1,
    },
    {
      supplier: '<script>alert("x")</script>',
      providerOds: 'C83001',
      providerAsid: '918999000001',
      interaction: 'unknown',
      ...figures,
    },
  ],
  totals: { ...figures, requests: 1_235 },
};

const read: ReadChoice = { choice: { month: '2026-10', groupBy: report.groupBy }, faults: [] };
const render = createRender();
const sheet = { title: 'Usage', navigation: null, person: null, formToken: null };
const html = (of: UsageReport | null, months: readonly string[] = ['2026-10'], rowsMax = 500) =>
  render('usage/usage.njk', { ...sheet, faults: [], page: usageContent(read, months, of, rowsMax) });

test('the page shows the figures in human forms, most requests first, with totals', () => {
  const page = html(report);
  expect(page.indexOf('918999000001')).toBeLessThan(page.indexOf('918999198738'));
  for (const text of ['1,234', '1,235', '5.00 kB', '6.00 MB', '12.5 ms', 'B82617 918999198738', 'Total']) {
    expect(page).toContain(`>${text}<`);
  }
  expect(page).toContain('gpconnect:<wbr>fhir:<wbr>rest:<wbr>read:<wbr>metadata-1');
  expect(page).toContain('href="/usage.csv?month=2026-10&amp;groupBy=supplier%2Cprovider%2Cinteraction"');
});

test('names are escaped, and nothing on the page is a script or an inline style', () => {
  const page = html(report);
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/);
});

test('choices of the address are chosen on the page', () => {
  const page = html(report, ['2026-10', '2026-09']);
  expect(page).toMatch(/<option value="2026-10" selected>October 2026/);
  expect(page).toMatch(/<option value="2026-09">September 2026/);
  expect(page).toMatch(/value="provider" checked/);
  expect(page).toMatch(/value="consumer">/);
});

test('a month without usage says so', () => {
  const empty = { ...report, rows: [], totals: { ...figures, requests: 0 } };
  expect(html(empty)).toContain('Nothing was used in this month.');
  expect(html(empty)).not.toContain('<table');
});

test('figures that cannot be had leave the page standing', () => {
  expect(html(null)).toContain('Figures not available');
  expect(html(null)).toContain('name="month"');
});

test('rows beyond the most are left to the CSV file, and the page says so', () => {
  const page = html(report, ['2026-10'], 1);
  expect(page).not.toContain('918999198738');
  expect(page).toContain('the CSV file has 1 more');
});

test('faults of the address are listed above the figures', () => {
  const faults = [{ field: 'month', text: 'Choose <a> month' }];
  const page = usageContent(read, [], report, 500);
  expect(render('usage/usage.njk', { ...sheet, faults, page })).toMatch(
    /<a href="#month">\s*Choose &lt;a&gt; month/,
  );
});
