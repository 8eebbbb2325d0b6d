import { type StatementLine } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { lineExchanges, statementLines } from './statement-tables.ts';

const line: StatementLine = {
  line: 1,
  kind: 'usage',
  month: '2026-03',
  interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  outcome: '2xx',
  priceId: 'p1',
  tier: 2,
  quantity: 12_345,
  price: '0.0125',
  after: 1_000,
  amount: '154.31',
  adjustment: null,
  refersTo: null,
  reason: null,
};
const cellsOf = (...lines: readonly StatementLine[]) =>
  statementLines('SSP-2026-03-0001', lines, '1000.00').rows.map(({ cells }) => cells);

test('a line about requests says how its amount comes about, and leads to them', () => {
  expect(cellsOf(line)[0]).toEqual([
    { text: '1' },
    { text: 'Requests, March 2026', remark: 'step 2 of the price, after 1,000' },
    { text: 'gpconnect:fhir:rest:read:metadata-1' },
    { text: '2xx' },
    { text: '12,345' },
    { text: '£0.0125' },
    { text: '£154.31' },
    { text: 'Exchanges', hidden: 'of line 1', href: '/statements/SSP-2026-03-0001/lines/1' },
  ]);
});

test('a correction says what it corrects and why, and leads nowhere', () => {
  const correction: StatementLine = {
    ...line,
    kind: 'adjustment',
    interaction: null,
    outcome: null,
    tier: null,
    quantity: null,
    price: null,
    after: null,
    amount: '-12.00',
    refersTo: 'SSP-2026-02-0001/4',
    reason: 'agreed',
  };
  expect(cellsOf(correction)[0]).toEqual([
    { text: '1' },
    { text: 'Correction, March 2026', remark: 'to SSP-2026-02-0001/4; agreed' },
    { text: '' },
    { text: '' },
    { text: '' },
    { text: '' },
    { text: '−£12.00' },
    { text: '' },
  ]);
});

test('the total stands under the amounts', () => {
  const { head, rows } = statementLines('SSP-2026-03-0001', [line], '1000.00');
  const column = head.findIndex(({ text }) => text === 'Amount');
  expect(
    rows
      .at(-1)
      ?.cells.map(({ text }) => text)
      .indexOf('£1,000.00'),
  ).toBe(column);
});

test('exchanges lead to their stories where the reader may read these', () => {
  const answer = {
    number: 'SSP-2026-03-0001',
    line: 1,
    quantity: 1,
    exchanges: [
      {
        internalId: '0195f3a0-0000-7000-8000-000000000000',
        hour: '2026-03-01T10:00:00.000Z',
        providerOds: 'B82617',
        providerAsid: '918999198738',
        consumerOds: 'A20047',
        consumerAsid: '200000000359',
        requestBytes: null,
        responseBytes: 5_000,
      },
    ],
    next: null,
  };
  const first = (storyPath: ((id: string) => string) | null) =>
    lineExchanges(answer, storyPath).rows[0]?.cells;
  expect(first(null)?.map(({ text }) => text)).toEqual([
    '0195f3a0-0000-7000-8000-000000000000',
    '1 March 2026, 10:00',
    'B82617 918999198738',
    'A20047 200000000359',
    '–',
    '5.00 kB',
  ]);
  expect(first((id) => `/story/${id}`)?.[0]?.href).toBe('/story/0195f3a0-0000-7000-8000-000000000000');
});
