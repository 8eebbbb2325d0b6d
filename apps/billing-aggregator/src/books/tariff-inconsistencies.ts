import { type Inconsistency } from '@ssp/service/operator';
import { z } from 'zod';
import { TariffMinimum, TariffPrice, type TariffTier } from './tariff-file.ts';

const Lists = z.object({ prices: z.array(z.unknown()), minimums: z.array(z.unknown()) }).partial();

/** Where two entries of a file say the same thing twice or against each other, and where an entry contradicts itself. */
export function inconsistencies(value: unknown): readonly Inconsistency[] {
  const lists = Lists.safeParse(value);
  const { prices = [], minimums = [] } = lists.success ? lists.data : {};
  const readPrices = prices.map((entry) => read(TariffPrice, entry));
  const readMinimums = minimums.map((entry) => read(TariffMinimum, entry));
  return [
    ...readPrices.flatMap((entry, index) => (entry === null ? [] : priceFaults(entry, ['prices', index]))),
    ...overlaps('prices', readPrices, ({ supplier, interaction, outcome }) => [
      supplier,
      interaction,
      outcome,
    ]),
    ...overlaps('minimums', readMinimums, ({ supplier }) => [supplier]),
  ];
}

function read<Entry>(schema: z.ZodType<Entry>, value: unknown): Entry | null {
  const result = schema.safeParse(value);
  return result.success ? result.data : null;
}

function priceFaults({ price, tiers }: TariffPrice, path: readonly PropertyKey[]): Inconsistency[] {
  if ((price === undefined) === (tiers === undefined)) {
    return [{ path, message: 'give either price or tiers' }];
  }
  return tiers === undefined ? [] : tierFaults(tiers, [...path, 'tiers']);
}

function tierFaults(
  tiers: readonly z.output<typeof TariffTier>[],
  path: readonly PropertyKey[],
): Inconsistency[] {
  let before = 0;
  return tiers.flatMap(({ upTo }, index) => {
    const isLast = index === tiers.length - 1;
    if (isLast) {
      const message = 'the last tier has no end: leave upTo out';
      return upTo === undefined ? [] : [{ path: [...path, index, 'upTo'], message }];
    }
    if (upTo === undefined) {
      return [{ path: [...path, index], message: 'every tier but the last needs upTo' }];
    }
    const message = `must be more than ${before}, where the tier before it ends`;
    const faults = upTo > before ? [] : [{ path: [...path, index, 'upTo'], message }];
    before = Math.max(before, upTo);
    return faults;
  });
}

type Dated = { readonly id: string; readonly from: string; readonly until?: string | undefined };

/** Repeated ids, and two entries that hold for the same in the same month. */
function overlaps<Entry extends Dated>(
  section: string,
  entries: readonly (Entry | null)[],
  matterOf: (entry: Entry) => readonly string[],
): Inconsistency[] {
  const faults: Inconsistency[] = [];
  const ids = new Map<string, number>();
  const alike = Map.groupBy(
    entries.flatMap((entry, index) => (entry === null ? [] : [{ entry, index }])),
    ({ entry }) => JSON.stringify(matterOf(entry)),
  );
  for (const [index, entry] of entries.entries()) {
    if (entry === null) continue;
    if (ids.has(entry.id)) faults.push({ path: [section, index, 'id'], message: `names another entry too` });
    ids.set(entry.id, index);
    if (entry.until !== undefined && entry.until < entry.from) {
      faults.push({ path: [section, index, 'until'], message: `lies before ${entry.from}, where it begins` });
    }
  }
  for (const same of alike.values()) {
    const inOrder = same.toSorted((left, right) => compare(left.entry.from, right.entry.from));
    for (const [place, { entry, index }] of inOrder.entries()) {
      const former = inOrder[place - 1]?.entry;
      if (former === undefined) continue;
      if (former.from === entry.from) {
        const message = `${former.id} begins in the same month for the same: which holds would be open`;
        faults.push({ path: [section, index, 'from'], message });
      } else if (former.until !== undefined && former.until >= entry.from) {
        const message = `${former.id}, for the same, is stated to hold until ${former.until}`;
        faults.push({ path: [section, index, 'from'], message });
      }
    }
  }
  return faults;
}

const compare = (left: string, right: string) => (left < right ? -1 : Number(left > right));
