import { type TariffFile, type TariffMinimum, type TariffPrice } from './tariff-file.ts';

/** What holds in a month: of the same supplier, interaction and outcome what began last, if it has not ended. */
export function inForce(file: TariffFile, month: string): TariffFile {
  return {
    prices: latest(file.prices, month, ({ supplier, interaction, outcome }) => [
      supplier,
      interaction,
      outcome,
    ]),
    minimums: latest(file.minimums, month, ({ supplier }) => [supplier]),
  };
}

type Dated = { readonly from: string; readonly until?: string | undefined };

function latest<Entry extends Dated>(
  entries: readonly Entry[],
  month: string,
  matterOf: (entry: Entry) => readonly string[],
): Entry[] {
  const begun = entries
    .filter(({ from }) => from <= month)
    .toSorted((left, right) => (left.from < right.from ? -1 : 1));
  const last = new Map(begun.map((entry) => [JSON.stringify(matterOf(entry)), entry]));
  return [...last.values()].filter(({ until }) => until === undefined || until >= month);
}

/** Something that is paid for. */
export type Paid = { readonly supplier: string; readonly interaction: string; readonly outcome: string };

/**
 * The price that fits best among those in force: one that names the supplier goes before any that does not, then one that names
 * the interaction, then one that names the outcome. Null where none fits.
 */
export function priceOf({ prices }: TariffFile, paid: Paid): TariffPrice | null {
  let best: TariffPrice | null = null;
  for (const price of prices) {
    if (fits(price, paid) && (best === null || precision(price) > precision(best))) best = price;
  }
  return best;
}

/** The minimum of a supplier among those in force: its own, else that of any supplier. */
export function minimumOf({ minimums }: TariffFile, supplier: string): TariffMinimum | null {
  return (
    minimums.find((minimum) => minimum.supplier === supplier) ??
    minimums.find((minimum) => minimum.supplier === 'any') ??
    null
  );
}

const fits = (price: TariffPrice, paid: Paid) =>
  (price.supplier === 'any' || price.supplier === paid.supplier) &&
  (price.interaction === 'any' || price.interaction === paid.interaction) &&
  (price.outcome === 'any' || price.outcome === paid.outcome);

const precision = ({ supplier, interaction, outcome }: TariffPrice) =>
  (supplier === 'any' ? 0 : 4) + (interaction === 'any' ? 0 : 2) + (outcome === 'any' ? 0 : 1);
