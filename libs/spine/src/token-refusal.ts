import { Refusal } from './refusal.ts';
import { type TokenFault } from './token-fault.ts';

/**
 * The refusal for a fault of a token: missing, not what a token is or was valid, or at odds with the request and the
 * directory. The fault is named in the diagnostics and in the audit.
 */
export function tokenRefusal(fault: TokenFault): Refusal {
  if (fault === 'token-missing') return new Refusal('token-missing', { detail: fault });
  const code = fault.endsWith('-mismatch') ? 'token-mismatch' : 'token-invalid';
  return new Refusal(code, { detail: fault }, `${code}: ${fault}`);
}
