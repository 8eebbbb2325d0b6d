import { isNhsNumber, maskNhsNumbers } from '@ssp/spine';
import { z } from 'zod';

const Claims = z.record(z.string(), z.unknown());
type Claims = z.infer<typeof Claims>;

/** The claims of a token without NHS numbers, as `requested_record` may hold one. */
export function maskClaims(claims: Claims): Claims {
  return Claims.parse(JSON.parse(JSON.stringify(claims), (_key, value: unknown) => masked(value)));
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskNhsNumbers(value);
  return typeof value === 'number' && isNhsNumber(String(value)) ? '**********' : value;
}
