import { AuditRead } from './audit-read.ts';
import { AuditRetired } from './audit-retired.ts';
import { EdgeTally } from './edge-tally.ts';
import { ExchangeClosed } from './exchange-closed.ts';
import { ExchangeCompleted } from './exchange-events.ts';
import { isExchangeCompleted } from './is-exchange-event.ts';
import { LimitsChanged } from './limits-events.ts';
import { PersonActed } from './person-acted.ts';
import { RulesChanged } from './rules-events.ts';

/** What a person has done, beside the exchanges: a change by an operator, a read of what is kept apart, the end of what was kept long enough, a sign-in. */
export type Deed = RulesChanged | LimitsChanged | AuditRead | AuditRetired | PersonActed;

/** The events of the topic beside the completed exchanges. */
const others = [
  RulesChanged,
  LimitsChanged,
  AuditRead,
  AuditRetired,
  PersonActed,
  ExchangeClosed,
  EdgeTally,
] as const;

/** The kinds of what people have done. */
export const deedKinds = [
  RulesChanged.type,
  LimitsChanged.type,
  AuditRead.type,
  AuditRetired.type,
  PersonActed.type,
] as const;

/** Reads any event of the topic of completed exchanges; it may have members that we do not know. Throws a ZodError or SyntaxError for what is none. */
export function decodeCompleted(
  value: Buffer | string,
): ExchangeCompleted | ExchangeClosed | EdgeTally | Deed {
  const read: unknown = JSON.parse(value.toString());
  if (isExchangeCompleted(read)) return read;
  const type = typeof read === 'object' && read !== null && 'type' in read ? read.type : undefined;
  const other = others.find((one) => one.type === type);
  return (other ?? ExchangeCompleted).schema.parse(read);
}
