import { type AuditedHour } from './audit-books.ts';
import { type BilledHour } from './billed-hour.ts';
import { toldBy } from './edge-differences.ts';
import { type Found } from './found.ts';
import { totalOf } from './key-sums.ts';
import { type Named, namedMax } from './name-differences.ts';
import { offsetsOf } from './offsets.ts';

/** What is kept of an hour. */
export type HourOutcome = ReturnType<typeof outcomeOf>;

/** What an hour comes to: `others` differ beside what is `named`, exchange by exchange, where that was called for. */
export function outcomeOf(
  { hour, keys }: AuditedHour,
  billed: BilledHour,
  named: Named | null,
  others: readonly Found[],
) {
  const found = [...others, ...(named?.named ?? [])];
  return {
    asOf: billed.changes,
    told: hour.edges.reduce((sum, edge) => sum + toldBy(edge), 0),
    audited: named?.audited ?? totalOf(keys.sums).requests,
    entered: totalOf(billed.entered ?? new Map()).requests,
    usage: totalOf(billed.usage),
    closed: hour.closed,
    differences: others.length + (named?.differences ?? 0),
    found: found.slice(0, namedMax),
    late: named?.late ?? [],
    written: named?.written ?? offsetsOf(hour.written),
  };
}
