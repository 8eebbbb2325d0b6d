import { diffEntries, type EntryChange, type FileEntry } from '@ssp/service/operator';
import { type TariffFile, type TariffPrice } from './tariff-file.ts';

/** What differs between the tariffs that are held and those that are wanted. */
export function diffTariffs(held: TariffFile, wanted: TariffFile): readonly EntryChange<FileEntry>[] {
  return diffEntries(tariffEntries(held), tariffEntries(wanted));
}

function tariffEntries(file: TariffFile): readonly FileEntry[] {
  return [
    ...file.prices.map(({ id, price, tiers, ...rest }): FileEntry => ({
      section: 'prices',
      key: [id],
      fields: { ...stated(rest), price: graduation({ price, tiers }) },
    })),
    ...file.minimums.map(({ id, ...rest }): FileEntry => ({
      section: 'minimums',
      key: [id],
      fields: stated(rest),
    })),
  ];
}

/** One price, however it was written: `0.0125 up to 100000, then 0.01`. */
function graduation({ price, tiers }: Pick<TariffPrice, 'price' | 'tiers'>): string {
  if (tiers === undefined) return price ?? '';
  return tiers
    .map((tier) => (tier.upTo === undefined ? tier.price : `${tier.price} up to ${tier.upTo}`))
    .join(', then ');
}

function stated(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
}
