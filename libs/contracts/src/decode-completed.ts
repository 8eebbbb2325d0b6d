import { ExchangeCompleted } from './exchange-events.ts';
import { LimitsChanged } from './limits-events.ts';
import { RulesChanged } from './rules-events.ts';

/** What an operator has changed, beside the exchanges. */
export type OperatorChange = RulesChanged | LimitsChanged;

/** The kinds of events that tell of what operators have changed. */
export const operatorChanges = [RulesChanged.type, LimitsChanged.type] as const;

/** Reads any event of the topic of completed exchanges. Throws a ZodError or SyntaxError for what is none. */
export function decodeCompleted(value: Buffer | string): ExchangeCompleted | OperatorChange {
  const read: unknown = JSON.parse(value.toString());
  const type = typeof read === 'object' && read !== null && 'type' in read ? read.type : undefined;
  if (type === RulesChanged.type) return RulesChanged.schema.parse(read);
  if (type === LimitsChanged.type) return LimitsChanged.schema.parse(read);
  return ExchangeCompleted.schema.parse(read);
}

/** Tells what operators change from the exchanges of that topic. */
export function isOperatorChange(event: ExchangeCompleted | OperatorChange): event is OperatorChange {
  return event.type !== ExchangeCompleted.type;
}
