import { type AuthzAsk, certificateNamesMax } from './authz.ts';
import { isTraced } from './ask-trace.ts';
import { namesExchange } from './names-exchange.ts';

/**
 * Whether a value is an ask as it stands, at less than half of the schema's cost. What passes here passes the schema unchanged, but
 * for members that it does not know; of what does not pass, the schema has the last word: it may lack the default alone.
 */
export function isAuthzAsk(value: unknown): value is AuthzAsk {
  return (
    typeof value === 'object' &&
    value !== null &&
    namesExchange(value) &&
    'certificateNames' in value &&
    isNames(value.certificateNames) &&
    'targetHost' in value &&
    typeof value.targetHost === 'string' &&
    'targetPath' in value &&
    typeof value.targetPath === 'string' &&
    'network' in value &&
    (value.network === 'private' || value.network === 'internet') &&
    isTraced(value)
  );
}

function isNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > certificateNamesMax) return false;
  for (const name of value) if (typeof name !== 'string') return false;
  return true;
}
