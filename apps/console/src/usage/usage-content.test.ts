import { type UsageFigures, type UsageReport } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { createRender } from '../render.ts';
import { readUsageChoice } from './usage-choice.ts';
import { type UsageAnswer, usageContent } from './usage-content.ts';

const figures: UsageFigures = {
  requests: 1_234,
  billable: 1_000,
  errors: 12,
  requestBytes: 5_000,
  responseBytes: 6_000_000,
  providerMsMean: 12.5,
  providerMsMax: null,
  ownMsMean: 1,
};

const report: UsageReport = {
  period: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
  groupBy: ['supplier', 'provider', 'interaction'],
  granularity: 'total',
  rows: [
    {
      supplier: '<script>alert("x")</script>',
      providerOds: 'B82617',
      providerAsid: '918999198738',
      interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
      ...figures,
    },
  ],
  totals: { ...figures, requests: 1_235 },
  next: null,
};
const course: UsageReport = {
  ...report,
  groupBy: [],
  granularity: 'day',
  rows: [{ start: '2026-10-02T00:00:00.000Z', ...figures }],
};

const render = createRender();
const sheet = { title: 'Usage', navigation: null, person: null, formToken: null };
const html = (
  of: Partial<UsageReport> | null,
  address = 'month=2026-10&groupBy=supplier,provider,interaction',
) => {
  const read = readUsageChoice(new URLSearchParams(address), '2026-10');
  const answer: UsageAnswer =
    of === null ? null : { months: ['2026-10'], course, report: { ...report, ...of } };
  return render('usage/usage.njk', { ...sheet, faults: read.faults, page: usageContent(read, answer) });
};

test('the page shows figures in human forms, with totals and a way to all of them', () => {
  const page = html({});
  for (const text of ['1,234', '1,235', '5.00 kB', '6.00 MB', '12.5 ms', '2 October 2026', 'Total']) {
    expect(page).toContain(text);
  }
  expect(page).toContain('B82617 918999198738');
  expect(page).toContain('gpconnect:<wbr>fhir:<wbr>rest:<wbr>read:<wbr>metadata-1');
  expect(page).toContain('href="/usage.csv?month=2026-10&amp;groupBy=supplier%2Cprovider%2Cinteraction"');
});

test('names are escaped, and nothing on the page is a script or an inline style', () => {
  const page = html({});
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/);
});

test('a name leads to what is its own, a row to the exchanges that it counts', () => {
  const page = html({}, 'month=2026-10&groupBy=provider&outcome=5xx');
  expect(page).toContain('groupBy=provider&amp;provider=918999198738&amp;outcome=5xx"');
  expect(page).toContain('/usage/exchanges?month=2026-10&amp;supplier=');
  expect(page).toMatch(/Exchanges<span class="nhsuk-u-visually-hidden"> of .*B82617 918999198738/);
});

const stepped = (granularity: UsageReport['granularity'], start: string) =>
  html(
    { groupBy: [], granularity, rows: [{ start, ...figures }] },
    `month=2026-10&groupBy=&step=${granularity}`,
  );

test('rows of a time lead to the exchanges of that time', () => {
  expect(stepped('hour', '2026-10-31T23:00:00.000Z')).toContain(
    '/usage/exchanges?from=2026-10-31&amp;to=2026-10-31&amp;hour=23"',
  );
  expect(stepped('day', '2026-10-31T00:00:00.000Z')).toContain(
    '/usage/exchanges?from=2026-10-31&amp;to=2026-10-31"',
  );
  expect(stepped('month', '2026-10-01T00:00:00.000Z')).toContain('/usage/exchanges?month=2026-10"');
});

test('compared figures say how they differ, and from when', () => {
  const page = html({
    rows: report.rows.map((row) => ({ ...row, previous: { ...figures, requests: 617 }, change: null })),
    previous: {
      period: { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' },
      totals: { ...figures, requests: 2_470 },
      change: {
        requests: -0.5,
        billable: 0,
        errors: 0,
        requestBytes: 0,
        responseBytes: 0,
        providerMsMean: 0,
        ownMsMean: 0,
      },
    },
  });
  expect(page).toContain('50% less: 2,470 in September 2026');
  expect(page).toContain('100% more');
});

test('further pages keep what was chosen', () => {
  const page = html({ next: 'n&1' }, 'month=2026-10&groupBy=supplier&cursor=c1');
  expect(page).toContain('href="/usage?month=2026-10&amp;groupBy=supplier&amp;cursor=n%261"');
  expect(page).toContain('href="/usage?month=2026-10&amp;groupBy=supplier"');
  expect(page).toContain('Total of all pages');
});

test('a period without usage says so, and whether something was left out', () => {
  const empty = { rows: [], totals: { ...figures, requests: 0 } };
  expect(html(empty)).toContain('Nothing was used in October 2026.');
  expect(html(empty, 'month=2026-10&supplier=x')).toContain('in October 2026 that these choices leave.');
  expect(html(empty)).not.toContain('<table');
});

test('figures that cannot be had leave the page standing', () => {
  expect(html(null)).toContain('Figures not available');
  expect(html(null)).toContain('name="month"');
});

test('faults stand above the figures and beside their fields', () => {
  const page = html({}, 'from=x&to=2026-10-01&outcome=<b>');
  expect(page).toMatch(/<a href="#from">\s*Enter the first day/);
  expect(page).toMatch(/id="from-error"/);
  expect(page).toMatch(/id="outcome-error"/);
});
