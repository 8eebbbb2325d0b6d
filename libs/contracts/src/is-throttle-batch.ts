import { isAsid } from '@ssp/spine';
import { batchSizeMax } from './batch.ts';
import { edgeName, type ThrottleBatch } from './throttle.ts';

/**
 * Whether a value is a batch of asks as it stands, without the schema's cost. What passes here passes the schema unchanged, but
 * for members that it does not know; of what does not pass, the schema has the last word. The asks themselves are not looked at.
 */
export function isThrottleBatch(value: unknown): value is ThrottleBatch {
  if (typeof value !== 'object' || value === null || !('asks' in value)) return false;
  if (!Array.isArray(value.asks) || value.asks.length > batchSizeMax) return false;
  return !('caller' in value) || value.caller === undefined || isCaller(value.caller);
}

function isCaller(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'edge' in value &&
    typeof value.edge === 'string' &&
    edgeName.test(value.edge) &&
    'sequence' in value &&
    isCount(value.sequence) &&
    'inFlight' in value &&
    isCount(value.inFlight) &&
    'providers' in value &&
    areCounts(value.providers)
  );
}

function areCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const [provider, count] of Object.entries(value)) {
    if (!isAsid(provider) || !isCount(count)) return false;
  }
  return true;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
