import { ExchangeReceived } from './exchange-events.ts';
import { isExchangeReceived } from './is-exchange-event.ts';

/** Reads a received event; it may have members that we do not know. Throws a ZodError or SyntaxError for what is none. */
export function decodeReceived(value: Buffer | string): ExchangeReceived {
  const read: unknown = JSON.parse(value.toString());
  return isExchangeReceived(read) ? read : ExchangeReceived.schema.parse(read);
}
