import { AuditRead } from './audit-read.ts';
import { ExchangeCompleted } from './exchange-events.ts';
import { LimitsChanged } from './limits-events.ts';
import { RulesChanged } from './rules-events.ts';

/** What a person has done, beside the exchanges: a change by an operator, a read of what is kept apart. */
export type Deed = RulesChanged | LimitsChanged | AuditRead;

/** The events that tell of what people have done. */
const deeds = [RulesChanged, LimitsChanged, AuditRead] as const;

/** Their kinds. */
export const deedKinds = [RulesChanged.type, LimitsChanged.type, AuditRead.type] as const;

/** Reads any event of the topic of completed exchanges. Throws a ZodError or SyntaxError for what is none. */
export function decodeCompleted(value: Buffer | string): ExchangeCompleted | Deed {
  const read: unknown = JSON.parse(value.toString());
  const type = typeof read === 'object' && read !== null && 'type' in read ? read.type : undefined;
  const deed = deeds.find((one) => one.type === type);
  return (deed ?? ExchangeCompleted).schema.parse(read);
}

/** Tells what people did from the exchanges of that topic. */
export function isDeed(event: ExchangeCompleted | Deed): event is Deed {
  return event.type !== ExchangeCompleted.type;
}
