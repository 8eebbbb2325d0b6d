import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTariffFile } from './read-tariff-file.ts';

const usual = '{ id: a, from: 2026-01, supplier: any, interaction: any, outcome: any, price: 0.01 }';

function faultsOf(text: string): readonly string[] {
  const read = readTariffFile(text);
  if (read.read) return [];
  return read.faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

const withPrices = (...prices: readonly string[]) =>
  `prices:\n${prices.map((price) => `  - ${price}\n`).join('')}minimums: []\n`;

test('the sample is a tariff file', () => {
  const sample = new URL('../../../../infra/tariffs.sample.yaml', import.meta.url);
  expect(faultsOf(readFileSync(sample, 'utf8'))).toEqual([]);
});

test('prices are kept as exact decimals in one form', () => {
  const read = readTariffFile(
    withPrices(
      usual.replace('0.01', '1'),
      usual.replace('id: a', 'id: b').replace('outcome: any', 'outcome: 2xx').replace('0.01', '0.0100500'),
    ).replace('0.0100500', '0.010050'),
  );
  expect(read.read && read.file.prices.map(({ price }) => price)).toEqual(['1.00', '0.01005']);
});

test.for([
  {
    name: 'a float in exponents',
    text: withPrices(usual.replace('0.01', '1e-2')),
    fault: /^2:.*price: must be pounds/,
  },
  {
    name: 'too fine a price',
    text: withPrices(usual.replace('0.01', '0.0000001')),
    fault: /must be pounds with at most six/,
  },
  { name: 'a negative price', text: withPrices(usual.replace('0.01', '-0.01')), fault: /must be pounds/ },
  {
    name: 'an unknown key',
    text: withPrices(usual.replace('outcome', 'outcom')),
    fault: /outcom: is no known key; did you mean outcome\?/,
  },
  {
    name: 'no price at all',
    text: withPrices(usual.replace(', price: 0.01', '')),
    fault: /^2:5 prices\[0\]: give either price or tiers/,
  },
  {
    name: 'price and tiers',
    text: withPrices(usual.replace('}', ', tiers: [{ price: 1 }] }')),
    fault: /give either price or tiers/,
  },
  {
    name: 'tiers that fall',
    text: withPrices(
      usual.replace('price: 0.01', 'tiers: [{ upTo: 10, price: 1 }, { upTo: 10, price: 2 }, { price: 3 }]'),
    ),
    fault: /tiers\[1\]\.upTo: must be more than 10/,
  },
  {
    name: 'a last tier with an end',
    text: withPrices(usual.replace('price: 0.01', 'tiers: [{ upTo: 10, price: 1 }]')),
    fault: /the last tier has no end/,
  },
  {
    name: 'a middle tier without an end',
    text: withPrices(usual.replace('price: 0.01', 'tiers: [{ price: 1 }, { price: 3 }]')),
    fault: /every tier but the last needs upTo/,
  },
  {
    name: 'an id twice',
    text: withPrices(usual, usual.replace('outcome: any', 'outcome: 2xx')),
    fault: /^3:.*names another entry/,
  },
  {
    name: 'two that begin together for the same',
    text: withPrices(usual, usual.replace('id: a', 'id: b')),
    fault: /^3:.*from: a begins in the same month for the same/,
  },
  {
    name: 'two that overlap',
    text: withPrices(
      usual.replace('from: 2026-01', 'from: 2026-01, until: 2026-06'),
      usual.replace('id: a', 'id: b').replace('2026-01', '2026-06'),
    ),
    fault: /^3:.*a, for the same, is stated to hold until 2026-06/,
  },
  {
    name: 'an end before the beginning',
    text: withPrices(usual.replace('from: 2026-01', 'from: 2026-01, until: 2025-12')),
    fault: /until: lies before 2026-01/,
  },
  {
    name: 'an outcome that is not paid for',
    text: withPrices(usual.replace('outcome: any', 'outcome: 5xx')),
    fault: /must be any, 2xx, 3xx or 4xx/,
  },
  {
    name: 'a month that is none',
    text: withPrices(usual.replace('2026-01', '2026-13')),
    fault: /a month is written/,
  },
  { name: 'no list of minimums', text: `prices: []\n`, fault: /minimums: is missing/ },
  { name: 'no YAML', text: 'prices: [', fault: /^1:/ },
])('$name is told with its place', ({ text, fault }) => {
  expect(faultsOf(text)).toContainEqual(expect.stringMatching(fault));
});

test('the next of the same may begin where the former ends, or end it', () => {
  const ended = usual.replace('from: 2026-01', 'from: 2026-01, until: 2026-05');
  const next = usual.replace('id: a', 'id: b').replace('2026-01', '2026-06');
  expect(faultsOf(withPrices(ended, next))).toEqual([]);
  expect(faultsOf(withPrices(usual, next))).toEqual([]);
});
