import { type Exchange } from '../exchange.ts';

/** Raw header list that every answer carries, the provider's and our own (spec 3.2: HSTS, rate headers, CORS). */
export function answerHeaders(exchange: Exchange, via: string): string[] {
  const headers = [
    'Strict-Transport-Security',
    'max-age=31536000; includeSubDomains',
    'X-Ssp-InternalID',
    exchange.internalId,
    'Via',
    via,
  ];
  const { admission, crossOrigin } = exchange;
  if (crossOrigin !== null) headers.push(...crossOrigin);
  if (admission === null || admission.admission === 'unavailable') return headers;
  headers.push('X-Rate-Limit-Limit', String(admission.limit));
  headers.push('X-Rate-Limit-Remaining', String(admission.remaining));
  headers.push('X-Rate-Limit-Reset', String(admission.resetSeconds));
  if (admission.admission === 'refuse') headers.push('Retry-After', String(admission.retryAfterSeconds));
  return headers;
}
