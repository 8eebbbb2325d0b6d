import { isTraced } from './ask-trace.ts';
import { namesExchange } from './names-exchange.ts';
import { supplierLengthMax, type ThrottleAsk } from './throttle.ts';

/**
 * Whether a value is an ask as it stands, without the schema's cost. What passes here passes the schema unchanged, but for members
 * that it does not know; of what does not pass, the schema has the last word: it may lack the default alone.
 */
export function isThrottleAsk(value: unknown): value is ThrottleAsk {
  return (
    typeof value === 'object' &&
    value !== null &&
    namesExchange(value) &&
    'supplier' in value &&
    isSupplier(value.supplier) &&
    isTraced(value)
  );
}

function isSupplier(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === 'string' && value.length > 0 && value.length <= supplierLengthMax;
}
