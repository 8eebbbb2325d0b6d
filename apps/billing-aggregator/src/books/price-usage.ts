import { millionthsOf, roundToPence } from '@ssp/contracts';
import { inForce, minimumOf, priceOf } from './in-force.ts';
import { type TariffFile, type TariffMinimum } from './tariff-file.ts';

/** How many billable requests of a kind there were. */
export type Quantity = {
  readonly interaction: string;
  readonly outcome: string;
  readonly quantity: number;
};

/** Requests of one kind at one price. */
export type PricedLine = Quantity & {
  readonly priceId: string;
  /** Which step of a graduated price, from 1. */
  readonly tier: number;
  /** Millionths of a pound for each. */
  readonly price: bigint;
  /** How many requests of that kind, in the order of their time, are on lines before this one. */
  readonly after: number;
  /** Pence, rounded once for the line, half to even. */
  readonly amount: bigint;
};

export type PricedUsage = {
  readonly lines: readonly PricedLine[];
  /** What no price fits. */
  readonly unpriced: readonly Quantity[];
};

/**
 * Prices what a supplier was used for in a month. The steps of a graduated price count all requests of the supplier and the month
 * that it prices, together: those of `before`, which are on statements already, then kind after kind in the order of their names.
 */
export function priceUsage(
  tariffs: TariffFile,
  month: string,
  supplier: string,
  counts: readonly Quantity[],
  before: readonly Quantity[] = [],
): PricedUsage {
  const held = inForce(tariffs, month);
  const counted = new Map<string, number>();
  for (const { interaction, outcome, quantity } of before) {
    const id = priceOf(held, { supplier, interaction, outcome })?.id;
    if (id !== undefined) counted.set(id, (counted.get(id) ?? 0) + quantity);
  }
  const lines: PricedLine[] = [];
  const unpriced: Quantity[] = [];
  for (const kind of counts.filter(({ quantity }) => quantity > 0).toSorted(inOrder)) {
    const price = priceOf(held, { supplier, interaction: kind.interaction, outcome: kind.outcome });
    if (price === null) {
      unpriced.push(kind);
      continue;
    }
    const tiers = price.tiers ?? [{ price: price.price ?? '0.00' }];
    const from = counted.get(price.id) ?? 0;
    for (const piece of pieces(tiers, from, kind.quantity)) {
      const each = millionthsOf(piece.price);
      const { interaction, outcome } = kind;
      const { tier, quantity, after } = piece;
      const amount = roundToPence(each * BigInt(quantity));
      lines.push({ interaction, outcome, quantity, priceId: price.id, tier, price: each, after, amount });
    }
    counted.set(price.id, from + kind.quantity);
  }
  return { lines, unpriced };
}

/** The minimum that holds for a supplier in a month. */
export function minimumFor(tariffs: TariffFile, month: string, supplier: string): TariffMinimum | null {
  return minimumOf(inForce(tariffs, month), supplier);
}

type Step = { readonly upTo?: number | undefined; readonly price: string };

/** How `quantity` requests that come after `from` others spread over the steps. */
function* pieces(tiers: readonly Step[], from: number, quantity: number) {
  let after = 0;
  for (const [index, { upTo = Number.MAX_SAFE_INTEGER, price }] of tiers.entries()) {
    const taken = Math.min(quantity - after, upTo - from - after);
    if (taken <= 0) continue;
    yield { tier: index + 1, price, quantity: taken, after };
    after += taken;
  }
}

function inOrder(left: Quantity, right: Quantity): number {
  const names = (kind: Quantity) => `${kind.interaction}\n${kind.outcome}`;
  return names(left) < names(right) ? -1 : 1;
}
