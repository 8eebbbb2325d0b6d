import { penceOf, poundsText, priceText, type StatementLine } from '@ssp/contracts';
import { inForce } from './in-force.ts';
import { minimumFor, type PricedLine, priceUsage, type Quantity } from './price-usage.ts';
import { type TariffFile } from './tariff-file.ts';

/** Requests of a supplier, as they were counted. */
export type SupplierUsage = Quantity & { readonly supplier: string; readonly requests: number };

/** Billable requests that were counted after their month was closed. */
export type LateUsage = Quantity & { readonly supplier: string; readonly month: string };

/** What statements say already of a supplier's month. */
export type Stated = {
  readonly supplier: string;
  readonly month: string;
  /** That month's own statement; null where there was nothing to pay. */
  readonly number: string | null;
  readonly quantities: readonly Quantity[];
  /** Pence for its usage, and what was added to reach its minimum. */
  readonly usageAmount: bigint;
  readonly minimumAmount: bigint;
};

/** A correction that no statement has stated yet. */
export type PendingAdjustment = {
  readonly id: number;
  readonly supplier: string;
  readonly month: string;
  readonly refersTo: string;
  readonly amount: bigint;
  readonly reason: string;
};

/** What a month is closed with. */
export type MonthBooks = {
  readonly month: string;
  readonly usage: readonly SupplierUsage[];
  readonly late: readonly LateUsage[];
  readonly stated: readonly Stated[];
  readonly adjustments: readonly PendingAdjustment[];
};

export type StatementDraft = {
  readonly supplier: string;
  readonly requests: number;
  readonly billable: number;
  readonly lines: StatementLine[];
  readonly total: string;
};

export type Drafts = {
  readonly statements: readonly StatementDraft[];
  /** Why the month cannot be closed so. */
  readonly reasons: readonly string[];
};

/** Says what each supplier is paid, in the order of their names. */
export function draftStatements(tariffs: TariffFile, books: MonthBooks): Drafts {
  const { month, usage, late, adjustments } = books;
  const reasons: string[] = [];
  const suppliers = new Set([
    ...[...usage, ...late, ...adjustments].map(({ supplier }) => supplier),
    ...inForce(tariffs, month)
      .minimums.map(({ supplier }) => supplier)
      .filter((supplier) => supplier !== 'any'),
  ]);
  const statements = [...suppliers].toSorted().flatMap((supplier) => {
    const own = usage.filter((it) => it.supplier === supplier);
    const parts = [
      ...usageLines(tariffs, month, supplier, own, reasons),
      ...lateLines(tariffs, supplier, books, reasons),
      ...adjustments.filter((it) => it.supplier === supplier).map(adjustmentLine),
    ];
    if (parts.length === 0) return [];
    const lines = parts.map((part, index): StatementLine => ({ ...blank, ...part, line: index + 1 }));
    return {
      supplier,
      requests: sum(own.map(({ requests }) => requests)),
      billable: sum(own.map(({ quantity }) => quantity)),
      lines,
      total: poundsText(lines.reduce((total, { amount }) => total + penceOf(amount), 0n)),
    };
  });
  return { statements, reasons };
}

type Part = Pick<StatementLine, 'kind' | 'month' | 'amount'> & Partial<StatementLine>;

const blank = {
  interaction: null,
  outcome: null,
  priceId: null,
  tier: null,
  quantity: null,
  price: null,
  after: null,
  adjustment: null,
  refersTo: null,
  reason: null,
};

function usageLines(
  tariffs: TariffFile,
  month: string,
  supplier: string,
  own: readonly SupplierUsage[],
  reasons: string[],
): Part[] {
  const { lines, unpriced } = priceUsage(tariffs, month, supplier, own);
  tellUnpriced(reasons, month, supplier, unpriced);
  const minimum = minimumFor(tariffs, month, supplier);
  const due = topUp(tariffs, month, supplier, lines.length > 0, total(lines));
  const topped: Part[] =
    minimum !== null && due > 0n
      ? [{ kind: 'minimum', month, priceId: minimum.id, amount: poundsText(due) }]
      : [];
  return [...lines.map((line) => pricedPart('usage', month, line)), ...topped];
}

/** Of each closed month that had late usage: that usage, priced as if it had come in time, and what it takes off a minimum. */
function lateLines(tariffs: TariffFile, supplier: string, books: MonthBooks, reasons: string[]): Part[] {
  const own = Map.groupBy(
    books.late.filter((it) => it.supplier === supplier),
    ({ month }) => month,
  );
  return [...own].toSorted(byMonth).flatMap(([month, counts]) => {
    const stated = books.stated.find((it) => it.supplier === supplier && it.month === month);
    const { lines, unpriced } = priceUsage(tariffs, month, supplier, counts, stated?.quantities ?? []);
    tellUnpriced(reasons, month, supplier, unpriced);
    const refersTo = stated?.number ?? null;
    const reason = `counted after ${month} was closed`;
    const usageAmount = (stated?.usageAmount ?? 0n) + total(lines);
    const change = topUp(tariffs, month, supplier, true, usageAmount) - (stated?.minimumAmount ?? 0n);
    const priceId = minimumFor(tariffs, month, supplier)?.id ?? null;
    const parts: Part[] = lines.map((line) => ({ ...pricedPart('late', month, line), refersTo, reason }));
    if (change !== 0n) {
      parts.push({ kind: 'late-minimum', month, priceId, amount: poundsText(change), refersTo, reason });
    }
    return parts;
  });
}

/** Pence that are missing to the minimum. One for any supplier holds for those that have something to be paid. */
function topUp(
  tariffs: TariffFile,
  month: string,
  supplier: string,
  hasUsage: boolean,
  usageAmount: bigint,
): bigint {
  const minimum = minimumFor(tariffs, month, supplier);
  if (minimum === null || (minimum.supplier === 'any' && !hasUsage)) return 0n;
  const missing = penceOf(minimum.amount) - usageAmount;
  return missing > 0n ? missing : 0n;
}

function pricedPart(kind: 'usage' | 'late', month: string, line: PricedLine): Part {
  const { interaction, outcome, priceId, tier, quantity, price, after, amount } = line;
  return {
    kind,
    month,
    interaction,
    outcome,
    priceId,
    tier,
    quantity,
    price: priceText(price),
    after,
    amount: poundsText(amount),
  };
}

function adjustmentLine({ id, month, refersTo, amount, reason }: PendingAdjustment): Part {
  return { kind: 'adjustment', month, amount: poundsText(amount), adjustment: id, refersTo, reason };
}

function tellUnpriced(
  reasons: string[],
  month: string,
  supplier: string,
  unpriced: readonly Quantity[],
): void {
  for (const { interaction, outcome, quantity } of unpriced) {
    reasons.push(`no price fits ${quantity} requests of ${supplier} in ${month}: ${interaction}, ${outcome}`);
  }
}

const total = (lines: readonly PricedLine[]) => lines.reduce((pence, { amount }) => pence + amount, 0n);

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

const byMonth = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) =>
  left < right ? -1 : 1;
