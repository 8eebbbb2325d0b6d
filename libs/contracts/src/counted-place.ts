import { z } from 'zod';
import { type AuditedExchange } from './audit-search.ts';
import { CountedExchange, countedExchangesPath } from './counted-exchanges.ts';
import { StatementNumber } from './statement.ts';
import { UsageMonth } from './usage.ts';

/** Where the billing API tells where one exchange was counted: with `?hour=`, in which it ended. */
export function countedPlacePath(internalId: string): string {
  return `${countedExchangesPath}/${internalId}`;
}

/** What the billing API is asked of an exchange; null of one that has not ended. */
export function countedPlaceAsk({
  internalId,
  completedAt,
}: Pick<AuditedExchange, 'internalId' | 'completedAt'>): {
  readonly path: string;
  readonly hour: string;
} | null {
  if (completedAt === null) return null;
  return { path: countedPlacePath(internalId), hour: `${completedAt.slice(0, 13)}:00:00Z` };
}

/** Where an exchange was counted, and where that is stated. */
export const CountedPlace = z.object({
  /** Null where none of that hour and id is counted, or is kept one by one any more. */
  exchange: CountedExchange.nullable(),
  month: UsageMonth,
  isClosed: z.boolean(),
  /** Whether it came after its month was closed; then a later statement states it. */
  isLate: z.boolean(),
  /** The line that it is paid by; null while none states it, and where it is not paid for. */
  line: z.object({ number: StatementNumber, line: z.int().positive() }).nullable(),
});
export type CountedPlace = z.infer<typeof CountedPlace>;

/** The same for people. */
export function countedPlaceText({ exchange, month, isClosed, isLate, line }: CountedPlace): string {
  if (exchange === null) return 'not counted, or not yet: that takes some seconds';
  const { hour, supplier, outcome, isBillable } = exchange;
  const counted = `counted in the hour of ${hour} as ${outcome ?? '?'} of ${supplier ?? '?'}`;
  const late = isLate ? `, late: ${month} was closed` : '';
  if (isBillable !== true) return `${counted}, not paid for${late}`;
  if (line !== null) return `${counted}, paid for${late}, stated by ${line.number}, line ${line.line}`;
  return `${counted}, paid for${late}, not stated yet${isClosed ? '' : `: ${month} is open`}`;
}
