import { type TariffDifference, type TariffText, type TariffVersions } from '@ssp/contracts';
import { type z } from 'zod';
import { figureHeads, type FiguresTable, nameHeads } from '../figures-table.ts';
import { formatCount, formatDay, formatMonth } from '../number-forms.ts';
import { shortInteraction } from '../usage/names.ts';
import { formatPounds } from './money-form.ts';

/** What requests are paid with; each step of a graduated price is a row. */
export function priceTable({ prices }: TariffText): FiguresTable {
  return {
    caption: 'Prices',
    head: [
      ...nameHeads('Price', 'Supplier', 'Interaction', 'Outcome', 'Months'),
      ...figureHeads('Requests of a month', 'Price each'),
    ],
    rows: prices.flatMap(({ id, supplier, interaction, outcome, tiers, note, ...validity }) =>
      tiers.map(({ upTo, price }, index) => ({
        cells: [
          { text: id, remark: index === 0 ? note : `step ${index + 1}` },
          { text: anyOr(supplier) },
          { text: interaction === 'any' ? 'any' : shortInteraction(interaction) },
          { text: outcome },
          { text: monthsOf(validity) },
          { text: stepWords(tiers[index - 1]?.upTo ?? null, upTo) },
          { text: formatPounds(price) },
        ],
      })),
    ),
  };
}

/** The least that suppliers are paid for a month. */
export function minimumTable({ minimums }: TariffText): FiguresTable {
  return {
    caption: 'Least for a month',
    head: [...nameHeads('Minimum', 'Supplier', 'Months'), ...figureHeads('Amount')],
    rows: minimums.map(({ id, supplier, amount, note, ...validity }) => ({
      cells: [
        { text: id, remark: note },
        { text: anyOr(supplier) },
        { text: monthsOf(validity) },
        { text: formatPounds(amount) },
      ],
    })),
  };
}

export function versionTable({ versions }: z.output<typeof TariffVersions>): FiguresTable {
  return {
    caption: 'Versions, newest first',
    head: nameHeads('Version', 'In force since', 'By', 'Why'),
    rows: versions.map(({ version, loadedAt, who, why }) => ({
      cells: [{ text: version }, { text: formatDay(loadedAt) }, { text: who }, { text: why }],
    })),
  };
}

const sectionWords: Readonly<Record<string, string>> = { prices: 'Price', minimums: 'Minimum' };
const changeWords = { added: 'New', changed: 'Changed', removed: 'Gone' } as const;

/** What a file would change, entry by entry. */
export function differenceTable({ changes }: TariffDifference): FiguresTable {
  return {
    caption: 'What it would change',
    captionHidden: true,
    head: nameHeads('Entry', 'How', 'What'),
    rows: changes.map(({ section, key, change, fields }) => ({
      cells: [
        { text: `${sectionWords[section] ?? section} ${key.join(' ')}` },
        { text: changeWords[change] },
        { text: fields.map(fieldWords).join('; ') },
      ],
    })),
  };
}

function fieldWords({ field, from, to }: TariffDifference['changes'][number]['fields'][number]): string {
  if (from === null) return `${field}: ${to ?? ''}`;
  return to === null ? `${field}: no longer ${from}` : `${field}: ${from} becomes ${to}`;
}

const anyOr = (supplier: string) => (supplier === 'any' ? 'any supplier' : supplier);

function monthsOf({ from, until }: { readonly from: string; readonly until: string | null }): string {
  return until === null ? `from ${formatMonth(from)}` : `${formatMonth(from)} to ${formatMonth(until)}`;
}

function stepWords(after: number | null, upTo: number | null): string {
  if (upTo !== null) return `${formatCount((after ?? 0) + 1)} to ${formatCount(upTo)}`;
  return after === null ? 'all' : `from ${formatCount(after + 1)}`;
}
